import { createHash } from "node:crypto";

/** What the workers of nogil, of Piscina and of workerpool run: plain JavaScript, which all of them can load. */
export function digest(text) {
  return createHash("sha256").update(text).digest("hex");
}

export function double(n) {
  return n * 2;
}

export function shout(text) {
  return text.toUpperCase();
}

export function point({ x, y }) {
  return { x: y, y: x };
}

export function fails(n) {
  throw new TypeError(`item ${n} is odd`);
}

// what a user writes to send many items in a task
export function digestAll(texts) {
  return texts.map(digest);
}

export function doubleAll(numbers) {
  return numbers.map(double);
}

export function shoutAll(texts) {
  return texts.map(shout);
}

export function pointAll(points) {
  return points.map(point);
}
