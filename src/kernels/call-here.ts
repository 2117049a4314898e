import type { Kernel, KernelModule } from "../abi/kernel.js";
import { Invocation, splitNamed } from "../call/invocation.js";
import { settings } from "../call/settings.js";
import { prepareLocating } from "./faults/fault-location.js";
import { loadHere, runNow } from "./inline.js";
import { KernelCall } from "./kernel-call.js";

const nothing = new Invocation([]);

/**
 * Calls a kernel as a function: it runs once, in this thread, at once.
 * @throws TypeError for arguments that it does not take, and what it throws
 */
export function callHere(kernel: Kernel, args: readonly unknown[]): unknown {
  try {
    return prepared(kernel, args).runOnly(runNow);
  } catch (thrown) {
    throw fromCaller(thrown, kernel);
  }
}

const refusals = new WeakSet<TypeError>();

/** Whether a call of a kernel was refused for its arguments. */
export function isRefusal(thrown: unknown): thrown is TypeError {
  return thrown instanceof TypeError && refusals.has(thrown);
}

function prepared(kernel: Kernel, args: readonly unknown[]): KernelCall {
  try {
    return callOf(kernel, args);
  } catch (thrown) {
    if (thrown instanceof TypeError) refusals.add(thrown);
    throw thrown;
  }
}

function callOf(kernel: Kernel, args: readonly unknown[]): KernelCall {
  const entries = [withoutUndefined(splitNamed(args), kernel)];
  return new KernelCall(kernel, {
    id: 0,
    label: kernel.name,
    work: { kind: "kernel", kernel },
    invocations: { kind: "list", length: 1, entries },
    call: nothing,
    options: { scratch: settings().scratch },
    direct: true,
  });
}

// where a function is called with undefined, a default value applies
function withoutUndefined(given: Invocation, { signature: { parameters } }: Kernel): Invocation {
  const { positional, named } = given;
  const first = positional.indexOf(undefined);
  if (first < 0 || positional.length > parameters.length) return given;
  const others: Record<string, unknown> = { ...named };
  for (let i = first; i < positional.length; i++) {
    const { name } = parameters[i];
    if (positional[i] === undefined) continue;
    // given twice, which is refused
    if (others[name] !== undefined) return given;
    others[name] = positional[i];
  }
  return new Invocation(positional.slice(0, first), others);
}

// frames of the library tell its users nothing: below the kernel's own is whoever called it
function fromCaller(thrown: unknown, kernel: Kernel): unknown {
  const { captureStackTrace } = Error as { captureStackTrace?(error: object, above: unknown): void };
  if (!(thrown instanceof Error) || !captureStackTrace) return thrown;
  const caller = { stack: "" };
  captureStackTrace(caller, kernel);
  // whoever prepares stacks may make anything of them
  const frames = typeof caller.stack === "string" ? caller.stack.replace(/^[^\n]*/, "") : "";
  const own = "kernel" in thrown ? thrown.stack : `${thrown.name}: ${thrown.message}`;
  thrown.stack = `${own}${frames}`;
  return thrown;
}

/** Makes the kernels of a module callable: from now on it is there. */
export async function makeReady(module: KernelModule): Promise<void> {
  await Promise.all([loadHere(module), prepareLocating(module)]);
}
