import { $isSame, $key } from "util/hash";

export class Map<K, V> {
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
