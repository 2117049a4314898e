import { types } from "node:util";

// Small objects and lists that items return travel as JSON, where that says all of them: making a serializer for each
// takes several times as long as writing a few numbers.

// more of anything, and the serializer is as quick
const mostParts = 64;
const mostCharacters = 4096;
const mostObjects = 8;

/** The value as JSON, if it is small and JSON keeps all of it; else undefined. */
export function plainJson(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return new PlainWriter().write(value);
}

// tells dates, boxed values and the like, whatever their prototype is
const { toString: tagOf } = Object.prototype;

class PlainWriter {
  readonly #seen: object[] = [];
  #parts = 0;
  #characters = 0;

  write(value: unknown): string | undefined {
    if (++this.#parts > mostParts) return undefined;
    switch (typeof value) {
      case "number":
        // JSON has no -0 either
        return Number.isFinite(value) && (value !== 0 || Object.is(value, 0)) ? `${value}` : undefined;
      case "boolean":
        return value ? "true" : "false";
      case "string":
        this.#characters += value.length;
        return this.#characters > mostCharacters ? undefined : JSON.stringify(value);
      case "object":
        if (value === null) return "null";
        return this.#isKnown(value)
          ? undefined
          : Array.isArray(value)
            ? this.#writeList(value)
            : this.#writeObject(value as Record<string, unknown>);
      default:
        return undefined;
    }
  }

  // what is there twice is one thing where it arrives
  #isKnown(value: object): boolean {
    const seen = this.#seen;
    if (seen.length >= mostObjects || seen.includes(value) || types.isProxy(value)) return true;
    seen.push(value);
    return false;
  }

  #writeList(values: readonly unknown[]): string | undefined {
    const { length } = values;
    if (length > mostParts) return undefined;
    // holes and other properties are for the serializer
    if (Object.keys(values).length !== length) return undefined;
    let text = "[";
    for (let i = 0; i < length; i++) {
      const part = this.write(values[i]);
      if (part === undefined) return undefined;
      text += i === 0 ? part : `,${part}`;
    }
    return `${text}]`;
  }

  #writeObject(value: Record<string, unknown>): string | undefined {
    if (Object.getPrototypeOf(value) !== Object.prototype || tagOf.call(value) !== "[object Object]") {
      return undefined;
    }
    let text = "{";
    for (const key of Object.keys(value)) {
      const part = this.write(value[key]);
      if (part === undefined) return undefined;
      text += text.length === 1 ? `${quoted(key)}:${part}` : `,${quoted(key)}:${part}`;
    }
    return `${text}}`;
  }
}

const quotedKeys = new Map<string, string>();

function quoted(key: string): string {
  let text = quotedKeys.get(key);
  if (text === undefined) {
    text = JSON.stringify(key);
    if (quotedKeys.size < 1000) quotedKeys.set(key, text);
  }
  return text;
}
