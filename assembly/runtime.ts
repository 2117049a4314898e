// The memory manager of every kernel module: an arena that the engine gives to the instance. Nothing is freed one by one;
// what an item allocates goes when the item is done. The calling convention is in src/nogil/frame.ts.
//
//     base          floor                top              limit            end
//       | kept        | this item's        | free           | spare          |
//
// The spare room is for the message that says that there is no more.
import { AL_MASK, BLOCK, BLOCK_MAXSIZE, BLOCK_OVERHEAD, OBJECT, OBJECT_MAXSIZE, OBJECT_OVERHEAD } from "rt/common";
import { idof } from "builtins";

const spare: usize = 512;

let base: usize = 0;
let end: usize = 0;
let floor: usize = 0;
let top: usize = 0;
let limit: usize = 0;

export function arena(address: usize, size: usize): void {
  base = address;
  end = address + size;
  // payloads are 16-byte aligned, and the 4-byte header of a block lies before its payload
  floor = top = ((address + AL_MASK) & ~AL_MASK) + AL_MASK + 1 - BLOCK_OVERHEAD;
  limit = max(end - min(size, spare), top);
}

export function mark(): usize {
  floor = top;
  return top;
}

export function release(): void {
  top = floor;
  limit = max(end - min(end - base, spare), floor);
}

// where returned arrays go
let segmentStart: usize = 0;
let segmentEnd: usize = 0;

export function segment(address: usize, size: usize): void {
  segmentStart = address;
  segmentEnd = address + size;
}

export function segmentTop(): usize {
  return segmentStart;
}

@external("env", "reserve")
declare function reserve(bytes: usize): usize;

// copies a returned array to where it outlives the item; gives the address
export function keep(data: usize, bytes: usize, alignment: usize): usize {
  let at = (segmentStart + alignment - 1) & ~(alignment - 1);
  if (at < segmentStart || at > segmentEnd || bytes > segmentEnd - at) {
    at = reserve(bytes);
    // the engine may have opened a new segment at that address
    if (at == segmentStart && bytes <= segmentEnd - at) segmentStart = at + bytes;
  } else {
    segmentStart = at + bytes;
  }
  memory.copy(at, data, bytes);
  return at;
}

@inline
function payloadSize(size: usize): usize {
  return ((size + BLOCK_OVERHEAD + AL_MASK) & ~AL_MASK) - BLOCK_OVERHEAD;
}

// @ts-ignore: decorator
@global @unsafe
function __alloc(size: usize): usize {
  const payload = payloadSize(size);
  if (size > BLOCK_MAXSIZE || payload + BLOCK_OVERHEAD > limit - top) exhausted();
  changetype<BLOCK>(top).mmInfo = payload;
  const pointer = top + BLOCK_OVERHEAD;
  top = pointer + payload;
  return pointer;
}

// @ts-ignore: decorator
@global @unsafe
function __realloc(pointer: usize, size: usize): usize {
  const block = changetype<BLOCK>(pointer - BLOCK_OVERHEAD);
  const before = block.mmInfo;
  if (size <= before) return pointer;
  if (pointer + before != top) {
    const moved = __alloc(size);
    memory.copy(moved, pointer, before);
    return moved;
  }
  const payload = payloadSize(size);
  if (size > BLOCK_MAXSIZE || payload - before > limit - top) exhausted();
  block.mmInfo = payload;
  top = pointer + payload;
  return pointer;
}

// @ts-ignore: decorator
@global @unsafe
function __free(pointer: usize): void {
  const block = pointer - BLOCK_OVERHEAD;
  if (pointer + changetype<BLOCK>(block).mmInfo == top && block >= floor) top = block;
}

// @ts-ignore: decorator
@global @unsafe
function __new(size: usize, id: u32): usize {
  if (size > OBJECT_MAXSIZE) exhausted();
  const pointer = __alloc(OBJECT_OVERHEAD + size);
  const object = changetype<OBJECT>(pointer - BLOCK_OVERHEAD);
  object.gcInfo = 0;
  object.gcInfo2 = 0;
  object.rtId = id;
  object.rtSize = <u32>size;
  return pointer + OBJECT_OVERHEAD;
}

// @ts-ignore: decorator
@global @unsafe
function __renew(old: usize, size: usize): usize {
  if (size > OBJECT_MAXSIZE) exhausted();
  const pointer = __realloc(old - OBJECT_OVERHEAD, OBJECT_OVERHEAD + size);
  changetype<OBJECT>(pointer - BLOCK_OVERHEAD).rtSize = <u32>size;
  return pointer + OBJECT_OVERHEAD;
}

// @ts-ignore: decorator
@global @unsafe
function __link(parent: usize, child: usize, multiple: bool): void {}

// @ts-ignore: decorator
@global @unsafe
function __pin(pointer: usize): usize {
  return pointer;
}

// @ts-ignore: decorator
@global @unsafe
function __unpin(pointer: usize): void {}

// @ts-ignore: decorator
@global @unsafe
function __visit(pointer: usize, cookie: u32): void {}

// @ts-ignore: decorator
@global @unsafe
function __collect(): void {}

const before = "RangeError\0kernel scratch exhausted: ";
const after = " bytes; give kernels more with the option \"scratch\"";

// the message is put together by hand, so that not every module carries std's number formatting
function exhausted(): void {
  if (limit >= end) abort("RangeError\0kernel scratch exhausted");
  limit = end;
  let digits: u32 = 1;
  for (let rest = end - base; rest >= 10; rest /= 10) digits++;
  const head = <usize>before.length << 1;
  const message = __new(head + (digits << 1) + (after.length << 1), idof<String>());
  memory.copy(message, changetype<usize>(before), head);
  let at = message + head + (digits << 1);
  memory.copy(at, changetype<usize>(after), after.length << 1);
  for (let rest = end - base; digits--; rest /= 10) store<u16>((at -= 2), 0x30 + (rest % 10));
  abort(changetype<string>(message));
}

// in the place of the host's random seed: results must not depend on which worker ran an item
// @ts-ignore: decorator
@global
function unseeded(): f64 {
  throw new Error("Math.random has no seed here: call Math.seedRandom with a number of the item's own first");
}

// the default of a parameter that the engine fills in for columns: any other row has one dimension
// @ts-ignore: decorator
@global
function shapeOf<T>(row: T): Int32Array {
  const shape = new Int32Array(1);
  shape[0] = isNullable<T>() ? row!.length : row.length;
  return shape;
}
