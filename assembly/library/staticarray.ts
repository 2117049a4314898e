import { $copyWithin } from "nogil/range";

export class StaticArray<T> {
  copyWithin(target: i32, start: i32, end: i32 = i32.MAX_VALUE): StaticArray<T> {
    $copyWithin(changetype<usize>(this), this.length, target, start, end, alignof<T>());
    return this;
  }
}
