// The memory manager of every kernel module: an arena that the engine gives to the instance. Nothing is freed one by one;
// what an item allocates goes when the item is done. The calling convention is in src/abi/frame.ts.
//
//     base          floor                top              end
//       | kept        | this item's        | free           |
//
// A module whose variables may keep objects from one item to the next has a heap there instead (nogil/heap, nogil/kept).
import { AL_MASK, BLOCK, BLOCK_MAXSIZE, BLOCK_OVERHEAD, OBJECT, OBJECT_MAXSIZE, OBJECT_OVERHEAD, TOTAL_OVERHEAD } from "rt/common";
import { random_seeded } from "math";
import { allocate, clear, extend, freeLarge, freeSmall, headerOf, isSmall, isYoung, markRaw, setUpHeap } from "nogil/heap";
import { endItem, keepTopLevel, keeps, link, markRow, setRanOut } from "nogil/kept";

export { keeper, keeperBytes, overflowed, takeTrouble } from "nogil/kept";

let base: usize = 0;
let end: usize = 0;
let floor: usize = 0;
let top: usize = 0;

export function arena(address: usize, size: usize): void {
  base = address;
  end = address + size;
  if (keeps()) {
    setUpHeap(address, size);
    return;
  }
  // payloads are 16-byte aligned, and the 4-byte header of a block lies before its payload
  floor = top = ((address + AL_MASK) & ~AL_MASK) + AL_MASK + 1 - BLOCK_OVERHEAD;
}

export function mark(): usize {
  if (keeps()) keepTopLevel();
  floor = top;
  random_seeded = false;
  return top;
}

export function release(): void {
  // an item that does not seed must not draw from where the one before it stopped
  random_seeded = false;
  if (keeps()) endItem();
  else top = floor;
}

/** Makes the view of a row known: it is never the module's to keep. */
export function row<T>(view: T): T {
  if (keeps()) markRow(changetype<usize>(view), changetype<usize>(view.buffer));
  return view;
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
@inline
function take(size: usize): usize {
  const block = allocate(size);
  if (!block) exhausted();
  return block;
}

// @ts-ignore: decorator
@global @unsafe
function __alloc(size: usize): usize {
  if (keeps()) {
    if (size > OBJECT_MAXSIZE) exhausted();
    const block = take(TOTAL_OVERHEAD + size);
    markRaw(block);
    return block + TOTAL_OVERHEAD;
  }
  const payload = payloadSize(size);
  if (size > BLOCK_MAXSIZE || payload + BLOCK_OVERHEAD > end - top) exhausted();
  changetype<BLOCK>(top).mmInfo = payload;
  const pointer = top + BLOCK_OVERHEAD;
  top = pointer + payload;
  return pointer;
}

// @ts-ignore: decorator
@global @unsafe
function __realloc(pointer: usize, size: usize): usize {
  if (keeps()) return enlarge(pointer, size);
  const block = changetype<BLOCK>(pointer - BLOCK_OVERHEAD);
  const before = block.mmInfo;
  if (size <= before) return pointer;
  if (pointer + before != top) {
    const moved = __alloc(size);
    memory.copy(moved, pointer, before);
    return moved;
  }
  const payload = payloadSize(size);
  if (size > BLOCK_MAXSIZE || payload - before > end - top) exhausted();
  block.mmInfo = payload;
  top = pointer + payload;
  return pointer;
}

// memory with a header, as all is that a heap has
function enlarge(pointer: usize, size: usize): usize {
  const block = pointer - TOTAL_OVERHEAD;
  // what top-level code has as constants is as large as its block says
  const has = (changetype<BLOCK>(block).mmInfo & ~3) - OBJECT_OVERHEAD;
  if (size <= has) return pointer;
  if (size > OBJECT_MAXSIZE) exhausted();
  const isItems = isYoung(pointer);
  if (isItems && extend(block, TOTAL_OVERHEAD + size)) return pointer;
  const moved = take(TOTAL_OVERHEAD + size);
  headerOf(moved + TOTAL_OVERHEAD).rtId = headerOf(pointer).rtId;
  memory.copy(moved + TOTAL_OVERHEAD, pointer, has);
  if (isItems && !isSmall(pointer)) freeLarge(block);
  return moved + TOTAL_OVERHEAD;
}

// @ts-ignore: decorator
@global @unsafe
function __free(pointer: usize): void {
  if (keeps()) {
    if (!isYoung(pointer)) return;
    if (isSmall(pointer)) freeSmall(pointer - TOTAL_OVERHEAD);
    else freeLarge(pointer - TOTAL_OVERHEAD);
    return;
  }
  const block = pointer - BLOCK_OVERHEAD;
  if (pointer + changetype<BLOCK>(block).mmInfo == top && block >= floor) top = block;
}

// @ts-ignore: decorator
@global @unsafe
function __new(size: usize, id: u32): usize {
  if (size > OBJECT_MAXSIZE) exhausted();
  let block: usize;
  if (keeps()) {
    block = take(TOTAL_OVERHEAD + size);
    // a constructor that fails may have shown its object around before all fields had a value
    if (id != idof<ArrayBuffer>() && id != idof<string>()) clear(block);
  } else {
    block = __alloc(OBJECT_OVERHEAD + size) - BLOCK_OVERHEAD;
    changetype<OBJECT>(block).gcInfo = 0;
    changetype<OBJECT>(block).gcInfo2 = 0;
  }
  const object = changetype<OBJECT>(block);
  object.rtId = id;
  object.rtSize = <u32>size;
  return block + TOTAL_OVERHEAD;
}

// @ts-ignore: decorator
@global @unsafe
function __renew(old: usize, size: usize): usize {
  if (size > OBJECT_MAXSIZE) exhausted();
  const pointer = keeps() ? enlarge(old, size) : __realloc(old - OBJECT_OVERHEAD, OBJECT_OVERHEAD + size) + OBJECT_OVERHEAD;
  headerOf(pointer).rtSize = <u32>size;
  return pointer;
}

// @ts-ignore: decorator
@global @unsafe
function __link(parent: usize, child: usize, multiple: bool): void {
  if (keeps()) link(parent, child);
}

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
function __collect(): void {}

const before = "RangeError\0kernel scratch exhausted: ";
const after = " bytes; raise it with the option \"scratch\"";
// the message lies here, its length before it
const message = memory.data(256, 4);

// it is put together by hand, so that not every module carries std's number formatting, and that it takes no scratch
function exhausted(): void {
  if (keeps()) setRanOut();
  let digits: u32 = 1;
  for (let rest = end - base; rest >= 10; rest /= 10) digits++;
  const head = <usize>before.length << 1;
  const tail = <usize>after.length << 1;
  store<u32>(message, head + (digits << 1) + tail);
  memory.copy(message + 4, changetype<usize>(before), head);
  let at = message + 4 + head + (digits << 1);
  memory.copy(at, changetype<usize>(after), tail);
  for (let rest = end - base; digits--; rest /= 10) store<u16>((at -= 2), 0x30 + (rest % 10));
  abort(changetype<string>(message + 4));
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
