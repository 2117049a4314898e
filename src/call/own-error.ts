/** The errors that items have so far. */
export interface Seen {
  has(error: Error): boolean;
  add(error: Error): unknown;
}

/**
 * The error of an item as results carry it. One that several items threw, or that takes no properties, is copied, so that each
 * carries its own item.
 */
export function ownError(error: Error, item: number, seen: Seen): Error {
  const shared = seen.has(error);
  seen.add(error);
  const own = shared || !Object.isExtensible(error) ? copyError(error) : error;
  if (shared || !Object.hasOwn(own, "item")) {
    Object.defineProperty(own, "item", { value: item, enumerable: true, configurable: true, writable: true });
  }
  return own;
}

/** An error of the same class, name and properties. */
export function copyError(error: Error): Error {
  // its name and message are not its own properties
  if (Object.prototype.toString.call(error) === "[object DOMException]")
    return new DOMException(error.message, error.name);
  const copy = new Error(error.message);
  Object.setPrototypeOf(copy, Object.getPrototypeOf(error));
  for (const key of Reflect.ownKeys(error)) {
    const { value } = Object.getOwnPropertyDescriptor(error, key)!;
    Object.defineProperty(copy, key, {
      value: value ?? Reflect.get(error, key),
      enumerable: Object.prototype.propertyIsEnumerable.call(error, key),
      configurable: true,
      writable: true,
    });
  }
  return copy;
}
