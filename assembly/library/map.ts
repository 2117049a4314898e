import { $isSame, $key } from "util/hash";

export class Map<K, V> {
  // the library's own has changed one half when there is no memory for the other, and then writes behind its entries
  clear(): void {
    const buckets = new ArrayBuffer(INITIAL_CAPACITY * <i32>BUCKET_SIZE);
    const entries = new ArrayBuffer(INITIAL_CAPACITY * <i32>ENTRY_SIZE<K, V>());
    this.entriesOffset = this.entriesCount = 0;
    this.bucketsMask = INITIAL_CAPACITY - 1;
    this.entriesCapacity = INITIAL_CAPACITY;
    this.buckets = buckets;
    this.entries = entries;
  }

  private find(key: K, hashCode: u32): MapEntry<K, V> | null {
    let at = load<usize>(changetype<usize>(this.buckets) + <usize>(hashCode & this.bucketsMask) * BUCKET_SIZE);
    while (at) {
      const entry = changetype<MapEntry<K, V>>(at);
      if (!(entry.taggedNext & EMPTY) && $isSame<K>(entry.key, key)) return entry;
      at = entry.taggedNext & ~EMPTY;
    }
    return null;
  }

  keys(): K[] {
    const keys = new Array<K>();
    for (let i = 0; i < this.entriesOffset; i++) {
      const entry = changetype<MapEntry<K, V>>(changetype<usize>(this.entries) + <usize>i * ENTRY_SIZE<K, V>());
      if (!(entry.taggedNext & EMPTY)) keys.push($key<K>(entry.key));
    }
    return keys;
  }
}
