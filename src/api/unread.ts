/** Results that nobody read have no values yet: they come when the first of them is read, written or looked for. */

// few cost less to fill in than to wait
const few = 1000;

/** Whether so many results wait until they are read. */
export function waits(length: number): boolean {
  return length > few;
}

// of an array that waits, what is copied or compared by its own properties
const marker = "results that nobody read yet";
const refused: PropertyDescriptor & ThisType<object> = {
  get() {
    throw new TypeError(
      "Results were copied, cloned or compared by their own properties before one of them was read: " +
        "copy them into an array first, [...results].",
    );
  },
  enumerable: true,
  configurable: true,
};

const isIndex = (key: string | symbol): key is string =>
  typeof key === "string" && /^(0|[1-9]\d*)$/.test(key);

/**
 * Makes an empty array look as if it had so many elements, which take no memory. What reads, writes or looks for one of
 * them calls `read` first, which has to make them by `makeElements`. What copies own properties instead, such as structuredClone, gets
 * an error.
 */
export function awaitRead(results: unknown[], length: number, read: () => void): void {
  const ensure = () => {
    if (Object.hasOwn(results, marker)) read();
  };
  const behind = new Proxy(Object.create(Object.getPrototypeOf(results)), {
    get(target, key, receiver) {
      if (!isIndex(key)) return Reflect.get(target, key, receiver);
      ensure();
      return Reflect.get(results, key, receiver);
    },
    has(target, key) {
      if (!isIndex(key)) return Reflect.has(target, key);
      ensure();
      return Reflect.has(results, key);
    },
    set(target, key, value, receiver) {
      ensure();
      return Reflect.set(receiver === results ? results : target, key, value, receiver);
    },
    // what for…in asks
    ownKeys() {
      ensure();
      return Object.keys(results);
    },
    getOwnPropertyDescriptor(_, key) {
      return isIndex(key) ? Reflect.getOwnPropertyDescriptor(results, key) : undefined;
    },
  });
  Object.setPrototypeOf(results, behind);
  // where an accessor was, elements are no list, and those that are not there take no memory
  Object.defineProperty(results, 0, { get: refused.get, configurable: true });
  delete results[0];
  results.length = length;
  // the last property: taking it away leaves an array as fast as any
  Object.defineProperty(results, marker, refused);
}

/** Makes an array that waits an ordinary one of its class again, without elements. @returns how many it is to have */
export function stopWaiting(results: unknown[], prototype: object): number {
  // someone may have shortened it
  const { length } = results;
  delete (results as never)[marker];
  // of nothing, the elements are a list again
  results.length = 0;
  Object.setPrototypeOf(results, prototype);
  return length;
}
