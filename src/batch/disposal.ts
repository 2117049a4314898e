import { commonSymbol } from "../base/copies.js";
import { className } from "../base/kind-of.js";

/** Whether a batch is used, and whether it was disposed of. */
interface Disposal {
  /** calls in flight */
  calls: number;
  disposed: boolean;
  /** disposes of it, put off until the last call is done */
  end?: () => void;
}

const disposal: unique symbol = commonSymbol("disposal") as never;

type Tracked = { readonly [disposal]?: Disposal };

export function trackDisposal(batch: object): void {
  Object.defineProperty(batch, disposal, { value: { calls: 0, disposed: false } satisfies Disposal });
}

/**
 * Keeps what a call needs of a batch until the function that comes back is called, whoever disposes of it meanwhile.
 * @throws Error when it was disposed of before
 */
export function useBatch(batch: object | undefined): () => void {
  const own = (batch as Tracked | undefined)?.[disposal];
  if (!own) return () => {};
  if (own.end) throw disposed(batch!);
  own.calls++;
  return () => {
    if (--own.calls > 0) return;
    own.end?.();
    own.end = undefined;
  };
}

/** Ends a batch: at once, or when its calls in flight are done. */
export function disposeWhenUnused(batch: object, end: () => void): void {
  const own = (batch as Tracked)[disposal];
  if (own) own.disposed = true;
  if (own && own.calls > 0) own.end = end;
  else end();
}

/** Whether nothing was made a component since the batch was disposed of. */
export function isDisposed(batch: object): boolean {
  return (batch as Tracked)[disposal]?.disposed ?? false;
}

/** A component was set, so that the batch is in use again, unless a call in flight set what goes with it. */
export function revive(batch: object): void {
  const own = (batch as Tracked)[disposal];
  if (own && !own.end) own.disposed = false;
}

/** @throws Error for a batch whose components went with it: what is made of it would silently lack them */
export function checkAlive(batch: object): void {
  const own = (batch as Tracked)[disposal];
  // a call in flight keeps them
  if (own?.disposed && !own.end) throw disposed(batch);
}

export function disposed(batch: object, name?: string): Error {
  const what = name === undefined ? "" : `, and its component "${name}" with it`;
  return new Error(`${className(batch)} was disposed of${what}: make a new batch, or dispose of it later.`);
}
