const events = (
  globalThis as { process?: { getBuiltinModule?(name: string): any } }
).process?.getBuiltinModule?.("node:events");

/** A controller whose signal any number of calls may listen to, without Node's warning of a leak. */
export function controllerOfMany(): AbortController {
  const controller = new AbortController();
  events?.setMaxListeners(0, controller.signal);
  return controller;
}
