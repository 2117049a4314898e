import { Random } from "nogil/assembly/random";

export function next(draws: i32): f64 {
  const generator = new Random(5, 1);
  let sum: f64 = 0;
  for (let i = 0; i < draws; i++) sum += generator.next();
  return sum;
}

export function int(draws: i32): f64 {
  const generator = new Random(5, 1);
  let sum: f64 = 0;
  for (let i = 0; i < draws; i++) sum += generator.int(6);
  return sum;
}

export function normal(draws: i32): f64 {
  const generator = new Random(5, 1);
  let sum: f64 = 0;
  for (let i = 0; i < draws; i++) sum += generator.normal();
  return sum;
}

export function create(draws: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < draws; i++) sum += new Random(5, i).next();
  return sum;
}
