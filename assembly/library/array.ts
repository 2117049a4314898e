import { $copyWithin } from "nogil/range";

export class Array<T> {
  copyWithin(target: i32, start: i32, end: i32 = i32.MAX_VALUE): Array<T> {
    $copyWithin(this.dataStart, this.length_, target, start, end, alignof<T>());
    return this;
  }

  sort(comparator: (a: T, b: T) => i32 = COMPARATOR<T>()): Array<T> {
    const data = this.dataStart;
    const length = this.length_;
    SORT<T>(data, length, comparator);
    // a comparator made the list grow, and so move: the library's own sorts what it was
    if (this.dataStart != data) memory.copy(this.dataStart, data, <usize>length << alignof<T>());
    return this;
  }

  // in the library's own, elements that were cut off come back with the length
  set length(newLength: i32) {
    ensureCapacity(changetype<usize>(this), newLength, alignof<T>(), false);
    $clear<T>(this.dataStart, this.length_, newLength);
    this.length_ = newLength;
  }

  @operator("[]=") private __set(index: i32, value: T): void {
    if (<u32>index >= <u32>this.length_) {
      if (index < 0) throw new RangeError(E_INDEXOUTOFRANGE);
      ensureCapacity(changetype<usize>(this), index + 1, alignof<T>());
      $clear<T>(this.dataStart, this.length_, index);
      this.length_ = index + 1;
    }
    store<T>(this.dataStart + (<usize>index << alignof<T>()), value);
    if (isManaged<T>()) __link(changetype<usize>(this), changetype<usize>(value), true);
  }

  // in the library's own, what is behind the end of an array that its callback shortened is whatever lay in memory
  map<U>(fn: (value: T, index: i32, array: Array<T>) => U): Array<U> {
    const length = this.length_;
    const out = changetype<Array<U>>(__newArray(length, alignof<U>(), idof<Array<U>>()));
    let i = 0;
    for (; i < min(length, this.length_); i++) {
      const result = fn(load<T>(this.dataStart + (<usize>i << alignof<T>())), i, this);
      store<U>(out.dataStart + (<usize>i << alignof<U>()), result);
      if (isManaged<U>()) __link(changetype<usize>(out), changetype<usize>(result), true);
    }
    $clear<U>(out.dataStart, i, length);
    return out;
  }

  // what the callback cut off is not visited, as in forEach
  reduceRight<U>(
    fn: (previousValue: U, currentValue: T, currentIndex: i32, array: Array<T>) => U,
    initialValue: U
  ): U {
    let result = initialValue;
    for (let i = this.length_ - 1; i >= 0; i--) {
      if (i < this.length_) result = fn(result, load<T>(this.dataStart + (<usize>i << alignof<T>())), i, this);
    }
    return result;
  }

  findLastIndex(fn: (value: T, index: i32, array: Array<T>) => bool): i32 {
    for (let i = this.length_ - 1; i >= 0; i--) {
      if (i < this.length_ && fn(load<T>(this.dataStart + (<usize>i << alignof<T>())), i, this)) return i;
    }
    return -1;
  }
}

// @ts-ignore: decorator
@inline
function $clear<T>(data: usize, from: i32, to: i32): void {
  if (from < to) memory.fill(data + (<usize>from << alignof<T>()), 0, <usize>(to - from) << alignof<T>());
}
