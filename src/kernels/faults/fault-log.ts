import type { Fault, FaultSite } from "../round-protocol.js";

/** Bytes of a worker's log in shared memory. */
export const logBytes = 1 << 14;

const decoder = new TextDecoder();

type Entry = readonly [item: number, message: string, place: number, site?: FaultSite];

/**
 * What the items of one worker threw, in shared memory, where it outlives the worker. A full log is posted and begun anew.
 * Entries are JSON; the first one from a place in the source has the place with it.
 */
export class FaultLog {
  readonly #places = new Map<FaultSite | string, number>();
  #filled = 0;

  constructor(
    /** the log's bytes */
    private readonly log: Uint8Array,
    /** a word: how many of them are filled */
    private readonly length: Uint32Array,
    private readonly post: (entries: Uint8Array) => void,
  ) {}

  add(item: number, { message, site }: Fault): void {
    const known = this.#placeOf(site);
    const entry: Entry =
      known === undefined ? [item, message, this.#newPlace(site), site] : [item, message, known];
    const text = `${toAscii(JSON.stringify(entry))},`;
    if (this.#filled + text.length > this.log.length) this.#flush();
    if (text.length > this.log.length) {
      const bytes = new Uint8Array(text.length);
      write(text, bytes, 0);
      this.post(bytes);
      return;
    }
    write(text, this.log, this.#filled);
    this.#fill(this.#filled + text.length);
  }

  // most are one object each time
  #placeOf(site: FaultSite): number | undefined {
    return this.#places.get(site) ?? this.#places.get(JSON.stringify(site));
  }

  #newPlace(site: FaultSite): number {
    const place = this.#places.size / 2;
    this.#places.set(site, place);
    this.#places.set(JSON.stringify(site), place);
    return place;
  }

  // posted before the log is empty: whoever reads both after a sudden end may read an entry twice, but misses none
  #flush(): void {
    if (this.#filled === 0) return;
    this.post(this.log.slice(0, this.#filled));
    this.#fill(0);
  }

  // after what it counts was written
  #fill(length: number): void {
    this.#filled = length;
    Atomics.store(this.length, 0, length);
  }
}

/** Reads the entries of one worker's log. */
export class FaultReader {
  readonly #sites: FaultSite[] = [];

  constructor(private readonly report: (item: number, fault: Fault) => void) {}

  /** @param entries not in shared memory */
  read(entries: Uint8Array): void {
    const text = decoder.decode(entries);
    for (const [item, message, place, site] of JSON.parse(`[${text.slice(0, -1)}]`) as Entry[]) {
      if (site) this.#sites[place] = site;
      this.report(item, { message, site: this.#sites[place] });
    }
  }
}

function toAscii(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function write(ascii: string, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < ascii.length; i++) bytes[at + i] = ascii.charCodeAt(i);
}
