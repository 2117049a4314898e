// NaN was never found again, and -0 was another key than 0.
export function HASH<T>(key: T): u32 {
  if (isString<T>()) return hashStr(changetype<string>(key));
  if (isReference<T>()) return hash32(<u32>changetype<usize>(key));
  if (isFloat<T>()) {
    if (isNaN(key)) return 0;
    if (sizeof<T>() == 4) return hash32(reinterpret<u32>(<f32>$key(key)));
    return hash64(reinterpret<u64>(<f64>$key(key)));
  }
  if (sizeof<T>() <= 4) return hash32(<u32>key, sizeof<T>());
  return hash64(<u64>key);
}

/** A key as a map has it: 0 for -0. */
export function $key<T>(key: T): T {
  if (isFloat<T>()) return key + <T>0;
  return key;
}

export function $isSame<T>(left: T, right: T): bool {
  if (isFloat<T>()) return left == right || (isNaN(left) && isNaN(right));
  if (isReference<T>() && !isString<T>()) return changetype<usize>(left) == changetype<usize>(right);
  return left == right;
}
