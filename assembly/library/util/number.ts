import { write as $write } from "nogil/decimal";

// Grisu2 wrote other digits than JavaScript for a quarter of all numbers, ".0" after whole ones, and an f32 by its
// shortest digits as an f32: in JavaScript an f32 is a number like any other.
function dtoa_core(buffer: usize, value: f64, isSingle: bool): i32 {
  if (value < 0) {
    store<u16>(buffer, CharCode.MINUS);
    return 1 + dtoa_core(buffer + 2, -value, isSingle);
  }
  if (value < 9007199254740992 && trunc(value) == value) return itoa_buffered<u64>(buffer, <u64>value);
  return $write(buffer, value);
}

function dtoa_impl(value: f64, isSingle: bool): String {
  if (value == 0) return "0";
  if (isNaN(value)) return "NaN";
  if (!isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
  const size = <usize>dtoa_core(dtoa_buf, value, isSingle) << 1;
  const result = changetype<String>(__new(size, idof<String>()));
  memory.copy(changetype<usize>(result), dtoa_buf, size);
  return result;
}

function dtoa_buffered_impl(buffer: usize, value: f64, isSingle: bool): u32 {
  if (isFinite(value) && value != 0) return dtoa_core(buffer, value, isSingle);
  const text = dtoa_impl(value, isSingle);
  memory.copy(buffer, changetype<usize>(text), <usize>text.length << 1);
  return text.length;
}
