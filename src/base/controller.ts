import { allowManyListeners } from "#host/events";

/** A controller whose signal any number of calls may listen to, without Node's warning of a leak. */
export function controllerOfMany(): AbortController {
  const controller = new AbortController();
  allowManyListeners(controller.signal);
  return controller;
}
