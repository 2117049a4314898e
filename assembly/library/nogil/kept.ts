// What the module's variables reach after an item stays, and nothing else does: a collector of two generations. The young
// one is what the item made. Nothing runs when it is collected, so that there is no stack to look at.
import { __visit_members } from "rt";
import {
  fixed,
  forgetItem,
  hasAllocated,
  headerOf,
  heapBytes,
  isIn,
  isSmall,
  isYoung,
  joinOthers,
  keepAll,
  keepItem,
  mostOfItems,
  sizeOfObject,
  sweep,
  young,
} from "nogil/heap";

// what `escaped` says: an older object was given a young one, or memory ran out; a variable was given another object
const linked: u32 = 1;
const assigned: u32 = 2;
// ends a list of objects; no address
const last: u32 = 2;

/** What `gcInfo` says of an object that was reached by the last collection of everything: an odd number. */
let cycle: u32 = 1;
// older objects that were given young ones
let remembered: u32 = last;
// objects that are reached, and what they reach is not yet
let gray: u32 = last;
// whether there is more to do after the item than to free what it allocated; where a variable is assigned, the build adds that
let escaped: u32 = 0;
let keptSmall = false;
// bytes that were in use after the last collection of everything, and bytes used since
let usedThen: usize = 0;
let usedSince: usize = 0;
let ranOut = false;
// how many variables may be assigned before it is worth collecting again, which freed little
let patience = 0;
let skips = 0;
let overflow = false;
let trouble: u32 = 0;

let reachedRow = false;
// the variable whose reach is being followed, and how much that is
let current: i32 = -1;
let reach: usize = 0;
let blamed: i32 = -1;
let blamedFor: usize = 0;

/** Whether the module has variables that keep anything. The build answers it, and drops what is not needed. */
export function keeps(): bool {
  return true;
}

/** Calls `variable` for each of the module's variables. The build writes it. */
function variables(everything: bool): void {
  variable(-1, 0, everything);
}

/** Follows what a variable refers to. */
function variable(index: i32, pointer: usize, everything: bool): void {
  current = index;
  reach = 0;
  __visit(pointer, everything);
  follow(everything);
  if (everything && !reachedRow && reach > blamedFor) {
    blamed = index;
    blamedFor = reach;
  }
}

function follow(everything: bool): void {
  while (gray != last) {
    const pointer: usize = gray;
    const object = headerOf(pointer);
    gray = object.gcInfo;
    object.gcInfo = cycle;
    if (isIn(pointer)) {
      reach += sizeOfObject(pointer);
      if (isSmall(pointer)) keptSmall = true;
    }
    __visit_members(pointer, everything);
  }
}

// @ts-ignore: decorator
@global @unsafe
function __visit(pointer: usize, everything: u32): void {
  if (!pointer) return;
  const object = headerOf(pointer);
  const info = object.gcInfo;
  if (info == fixed) {
    if (!reachedRow && everything) {
      blamed = current;
      blamedFor = 0;
    }
    reachedRow = true;
  } else if (everything ? info != cycle && (info == young || (info & 1) != 0) : info == young && isIn(pointer)) {
    object.gcInfo = gray;
    gray = <u32>pointer;
  }
}

// @ts-ignore: decorator
@inline
export function link(parent: usize, child: usize): void {
  if (!child) return;
  const info = headerOf(child).gcInfo;
  if ((info == young && isIn(child)) || info == fixed) {
    if (!isYoung(parent) && !headerOf(parent).gcInfo2) {
      headerOf(parent).gcInfo2 = remembered;
      remembered = <u32>parent;
      escaped |= linked;
    }
  }
}

/** A row's view: it is the item's for as long as that runs. */
export function markRow(view: usize, buffer: usize): void {
  headerOf(view).gcInfo = fixed;
  headerOf(buffer).gcInfo = fixed;
}

/** Top-level code has run. */
export function keepTopLevel(): void {
  usedThen = keepAll(cycle);
  forgetParents();
  escaped = 0;
}

function forgetParents(): void {
  while (remembered != last) {
    const object = headerOf(remembered);
    remembered = object.gcInfo2;
    object.gcInfo2 = 0;
  }
}

/** The item is about to fail for want of memory. */
export function setRanOut(): void {
  ranOut = true;
  escaped |= linked;
  trouble = 1;
}

/** The item ended by a stack overflow, maybe after an older object was given a young one, and before `link` was told. */
export function overflowed(): void {
  overflow = true;
  escaped |= linked;
}

// @ts-ignore: decorator
@inline
export function endItem(): void {
  if (escaped) settle();
  else if (hasAllocated()) forgetItem();
}

function settle(): void {
  if (overflow) {
    forgetParents();
    joinOthers();
    collect();
  } else {
    keepReached();
  }
  escaped = 0;
  ranOut = overflow = false;
  if (reachedRow) {
    trouble = 2;
    abort("TypeError\0keeps a row, or a view of one, after its item: keep a copy instead, as row.slice() makes it");
  }
}

function keepReached(): void {
  reachedRow = keptSmall = false;
  while (remembered != last) {
    const pointer: usize = remembered;
    remembered = headerOf(pointer).gcInfo2;
    headerOf(pointer).gcInfo2 = 0;
    __visit_members(pointer, false);
  }
  follow(false);
  variables(false);
  usedSince += keepItem(keptSmall);
  if (reachedRow || ranOut || isTight()) collect();
  else if (escaped & assigned) collectIfFull();
}

// so much is used since the last collection as was in use then, so that one pays; or half of what was free; or an eighth of
// that, and an item might lack it
function isTight(): bool {
  const room = heapBytes() - usedThen;
  return (
    usedSince > min(max(usedThen, heapBytes() >> 4), room >> 1) ||
    (usedSince > room >> 3 && usedSince + mostOfItems() > room)
  );
}

// a variable that was given another object may have let go of what fills half of the memory
function collectIfFull(): void {
  const usedBefore = usedThen + usedSince;
  if (usedBefore <= heapBytes() >> 1) return;
  if (skips) {
    skips--;
    return;
  }
  collect();
  // what freed little need not be tried again soon
  patience = usedThen + (heapBytes() >> 4) > usedBefore ? min(2 * patience + 1, 63) : 0;
  skips = patience;
}

function collect(): void {
  cycle += 2;
  if (cycle == fixed) cycle = 1;
  reachedRow = false;
  blamed = -1;
  blamedFor = 0;
  variables(true);
  usedThen = sweep(cycle);
  usedSince = 0;
}

/** Why the last item failed, if it was for what variables keep: 1 for want of memory, 2 because one keeps a row. Told once. */
export function takeTrouble(): u32 {
  const was = trouble;
  trouble = 0;
  return was;
}

/** After the release of an item that failed so: the variable that keeps the row, or most of the memory; -1 if none does. */
export function keeper(): i32 {
  return blamed;
}

/** How many bytes that variable keeps. */
export function keeperBytes(): usize {
  return blamedFor;
}
