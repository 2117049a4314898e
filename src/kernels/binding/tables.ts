import { type Dtype, dtypeOf, isTypedArray, type TypedArray, typedArrays } from "../../abi/dtype.js";
import type { FrameParameter } from "../../abi/frame.js";
import type { KernelParameter } from "../../abi/kernel.js";
import { kindOf } from "../../base/kind-of.js";
import { because } from "../../call/refusals.js";
import { hintForElement, hintForNumber, hintForRow, type Subject } from "./mistaken-arguments.js";
import { oddElement } from "./numbers.js";
import type { Addressed } from "./row-copies.js";
import type { Packer } from "./row-packer.js";
import { expected, storageOf, toScalar } from "./scalars.js";

/** A scalar parameter's values, one for each item, or one for all. */
export class ScalarTable {
  readonly #packer: Packer;
  readonly #values: TypedArray;
  readonly #offset: number;

  constructor(
    packer: Packer,
    readonly subject: Subject,
    readonly parameter: KernelParameter,
    readonly length: number,
  ) {
    this.#packer = packer;
    this.#values = new typedArrays[storageOf(parameter.type)](length);
    this.#offset = packer.reserve(this.#values, parameter);
  }

  /** @throws TypeError for a value that the parameter does not take */
  set(i: number, value: unknown): void {
    const scalar = toScalar(this.parameter.type, value);
    if (scalar === undefined) throw this.#refusal(value);
    this.#values[i] = scalar as never;
  }

  #refusal(value: unknown): TypeError {
    const { name, type } = this.parameter;
    const error = new TypeError(
      `${this.subject}: "${name}" takes ${expected(type)}, got ${shown(value)}.${hintForNumber(value, this.parameter, this.subject)}`,
    );
    return because(error, `${name}: ${kindOf(value)}`);
  }

  get layout(): FrameParameter {
    const stride = this.length === 1 ? 0 : this.#values.BYTES_PER_ELEMENT;
    return { base: this.#packer.addressOf(this.#offset), stride, length: 1, lengths: 0 };
  }
}

/** A row parameter's rows, one for each item, or one for all. */
export class RowTable implements Addressed {
  readonly addresses: Uint32Array;
  readonly #packer: Packer;
  readonly #lengths: Uint32Array;
  readonly #offsets: readonly [number, number];

  constructor(
    packer: Packer,
    readonly subject: Subject,
    readonly parameter: KernelParameter,
    readonly length: number,
    readonly common = false,
  ) {
    this.#packer = packer;
    this.addresses = new Uint32Array(length);
    this.#lengths = new Uint32Array(length);
    this.#offsets = [packer.reserve(this.addresses, parameter), packer.reserve(this.#lengths, parameter)];
  }

  /** @throws TypeError for what is not a row of the parameter's dtype */
  set(i: number, row: unknown): void {
    const dtype = this.parameter.type as Dtype;
    if (isTypedArray(row) && dtypeOf(row) === dtype) {
      const loss = row.length === 0 ? lossOf(row) : undefined;
      if (loss) {
        throw new TypeError(
          `${this.subject}: "${this.parameter.name}" expects a row of ${dtype}, got one whose buffer was ${loss}.`,
        );
      }
      this.#lengths[i] = row.length;
      this.#packer.place(row, this, i);
      return;
    }
    if (!Array.isArray(row)) throw this.#refusal(row);
    // where the kernel's writes could not be kept
    if (!this.parameter.readonly && row.length > 0 && Object.isFrozen(row)) {
      const error = new TypeError(
        `${this.subject}: "${this.parameter.name}" is a row that the kernel may write to, got a frozen array: pass a copy, [...row].`,
      );
      throw because(error, `${this.parameter.name}: frozen`);
    }
    const odd = oddElement(row, dtype);
    if (odd >= 0) throw this.#refusal(row[odd], `an array whose element ${odd} is `);
    this.#lengths[i] = row.length;
    this.#packer.placeNumbers(row, dtype, this, i);
  }

  get layout(): FrameParameter {
    const [addresses, lengths] = this.#offsets.map((offset) => this.#packer.addressOf(offset));
    // one row for all items lies at one place
    if (this.length === 1)
      return { base: this.addresses[0], stride: 0, length: this.#lengths[0], lengths: 0 };
    return { base: addresses, stride: 0, length: 0, lengths };
  }

  #refusal(value: unknown, where = ""): TypeError {
    const { name, type } = this.parameter;
    const got =
      isTypedArray(value) && dtypeOf(value) ? `one of ${dtypeOf(value)} (${kindOf(value)})` : shown(value);
    const hint = where === "" ? hintForRow(value, this.parameter, this.subject) : hintForElement(value);
    const error = new TypeError(
      `${this.subject}: "${name}" expects a row of ${type}, got ${where}${got}.${hint}`,
    );
    return because(error, `${name}: ${where && "an array with "}${kindOf(value)}`);
  }
}

// a view that lost its bytes looks like one that never had any
function lossOf(row: TypedArray): string | undefined {
  try {
    Uint8Array.prototype.keys.call(row);
    return undefined;
  } catch {
    return row.buffer.byteLength === 0 ? "transferred" : "made too small for it";
  }
}

function shown(value: unknown): string {
  if (typeof value === "string")
    return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === "bigint") return `the bigint ${value}n`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return kindOf(value);
}
