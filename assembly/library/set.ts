import { $isSame, $key } from "util/hash";

export class Set<T> {
  // the library's own has changed one half when there is no memory for the other, and then writes behind its entries
  clear(): void {
    const buckets = new ArrayBuffer(INITIAL_CAPACITY * <i32>BUCKET_SIZE);
    const entries = new ArrayBuffer(INITIAL_CAPACITY * <i32>ENTRY_SIZE<T>());
    this.entriesOffset = this.entriesCount = 0;
    this.bucketsMask = INITIAL_CAPACITY - 1;
    this.entriesCapacity = INITIAL_CAPACITY;
    this.buckets = buckets;
    this.entries = entries;
  }

  private find(key: T, hashCode: u32): SetEntry<T> | null {
    let at = load<usize>(changetype<usize>(this.buckets) + <usize>(hashCode & this.bucketsMask) * BUCKET_SIZE);
    while (at) {
      const entry = changetype<SetEntry<T>>(at);
      if (!(entry.taggedNext & EMPTY) && $isSame<T>(entry.key, key)) return entry;
      at = entry.taggedNext & ~EMPTY;
    }
    return null;
  }

  values(): T[] {
    const values = new Array<T>();
    for (let i = 0; i < this.entriesOffset; i++) {
      const entry = changetype<SetEntry<T>>(changetype<usize>(this.entries) + <usize>i * ENTRY_SIZE<T>());
      if (!(entry.taggedNext & EMPTY)) values.push($key<T>(entry.key));
    }
    return values;
  }
}
