import { typedArrays } from "../../abi/dtype.js";
import type { FrameParameter } from "../../abi/frame.js";
import type { Kernel, KernelParameter } from "../../abi/kernel.js";
import { type Invocation, namesOf, type Zipped } from "../../call/invocation.js";
import type { Job } from "../../call/job.js";
import { because, refuseIfAll } from "../../call/refusals.js";
import type { Column } from "../../columns/column.js";
import { DenseColumn } from "../../columns/dense.js";
import { elementAt, isColumn } from "../../columns/from-values.js";
import type { SharedMemory } from "../../columns/memory.js";
import { RaggedColumn } from "../../columns/ragged.js";
import type { Range } from "../../workers/ranges.js";
import { planArguments, type Source } from "./assignment.js";
import { hintForList, Subject } from "./mistaken-arguments.js";
import { type Cost, Packer } from "./row-packer.js";
import { storageOf } from "./scalars.js";
import { shapesOf } from "./shapes.js";
import { RowTable, ScalarTable } from "./tables.js";

/** Items whose arguments one frame describes. */
export interface BoundItems {
  readonly parameters: readonly FrameParameter[];
  readonly ranges: readonly Range[];
}

/** A call's arguments, where kernels find them. */
export interface Binding {
  /** one, unless some items leave a default value to the kernel that others give */
  readonly groups: readonly BoundItems[];
  /** items whose own arguments the kernel does not take */
  readonly failures: Map<number, Error>;
  /** bytes of all rows; Infinity where counting them would take a while */
  readonly rowBytes: number;
  /** what was copied in */
  readonly bytesIn: number;
  /** bytes of copied rows that the kernel may change */
  readonly bytesBack: number;
  /** what each parameter has of them */
  costs(): readonly Cost[];
  /** Writes copied rows back that the kernel may have changed. @returns how many bytes */
  copyBack(): number;
  /** Frees memory and releases the columns, which were retained. */
  release(): void;
}

type Plan = readonly Source[];
// known once the arguments are packed
type Layout = () => FrameParameter;

const countedRows = 1000;
const absent: FrameParameter = { base: 0, stride: 0, length: 0, lengths: 0 };

/**
 * Finds or makes a place in shared memory for every argument of a kernel call. Columns stay where they are, at no cost per
 * item; other arguments are packed.
 * @throws TypeError with the call's label and the kernel's signature, where arguments are wrong for all items in the same
 * way; RangeError when memory is full
 */
export function bind(
  kernel: Kernel,
  job: Pick<Job, "label" | "invocations" | "call" | "bound" | "direct">,
  memory: SharedMemory,
): Binding {
  const { invocations } = job;
  const packer = new Packer(memory);
  const releases: (() => void)[] = [];
  const failures = new Map<number, Error>();
  const release = () => {
    packer.release();
    for (const release of releases.splice(0)) release();
  };
  try {
    const binder = new Binder(kernel, job, packer, releases, failures);
    const groups =
      invocations.kind === "zipped" ? binder.zipped(invocations) : binder.list(invocations.entries);
    refuseIfAll(failures, invocations.length);
    packer.pack(failures);
    return {
      groups: groups.map(({ layouts, ranges }) => ({
        parameters: layouts.map((layout) => layout()),
        ranges,
      })),
      failures,
      rowBytes: binder.columnBytes + packer.rowBytes,
      bytesIn: packer.bytesIn,
      bytesBack: packer.bytesBack,
      costs: () => packer.costs(kernel.signature.parameters),
      copyBack: () => packer.copyBack(),
      release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

interface Group {
  readonly layouts: readonly Layout[];
  readonly ranges: { begin: number; end: number }[];
}

class Binder {
  readonly subject: Subject;
  columnBytes = 0;

  constructor(
    readonly kernel: Kernel,
    readonly shared: Pick<Job, "label" | "call" | "bound" | "direct">,
    readonly packer: Packer,
    readonly releases: (() => void)[],
    readonly failures: Map<number, Error>,
  ) {
    const { label, direct = false } = shared;
    this.subject = new Subject(direct ? String(kernel) : `${label}: ${kernel}`, direct);
  }

  zipped({ components, length, names }: Zipped): Group[] {
    const first = () => components.map((component) => elementAt(component, 0));
    const sources = names
      ? planArguments(this.kernel, components.length, [], this.shared, this.subject.text)
      : this.#planned(components.length, [], () => (length > 0 ? first() : []));
    const layouts = this.kernel.signature.parameters.map((parameter, p): Layout => {
      const source = sources[p];
      const shaped = source.from === "default" && this.#sourceOf(parameter.shapeOf, sources);
      if (shaped && shaped.from === "position") {
        const column = components[shaped.position];
        if (isColumn(column)) return shapesOf(column, parameter, this.packer);
      }
      if (source.from !== "position") return this.#common(parameter, source);
      const component = components[source.position];
      const name = names?.[source.position];
      if (isColumn(component)) return this.#column(parameter, component, name);
      return this.#elements(parameter, component);
    });
    return [{ layouts, ranges: this.#ranges(length) }];
  }

  list(entries: readonly Invocation[]): Group[] {
    const { parameters } = this.kernel.signature;
    const plans = this.#plans(entries);
    const sound = plans.filter((plan): plan is Plan => !(plan instanceof Error));
    // what only the call gives is packed once; all else has space for every item
    const tables = parameters.map((parameter, p) =>
      sound.some((plan) => isOwn(plan[p])) ? this.#table(parameter, entries.length) : undefined,
    );
    const layouts = parameters.map((parameter, p): Layout => {
      const table = tables[p];
      if (table) return () => table.layout;
      const given = sound.map((plan) => plan[p]).find(({ from }) => from === "call");
      return given ? this.#common(parameter, given) : () => absent;
    });
    const groups = new Groups(layouts);
    entries.forEach((entry, i) => {
      const plan = plans[i];
      try {
        if (plan instanceof Error) throw plan;
        for (let p = 0; p < plan.length; p++) {
          const source = plan[p];
          if (source.from === "position") tables[p]!.set(i, entry.positional[source.position]);
          else if (source.from === "name") tables[p]!.set(i, entry.named![parameters[p].name]);
          else if (source.from === "call") tables[p]?.set(i, source.value);
        }
        groups.add(i, plan);
      } catch (error) {
        this.#fail(i, error as Error);
      }
    });
    return [...groups.all.values()];
  }

  // an item's first error counts, whether its arguments come one item after another or one parameter after another
  #fail(i: number, error: Error): void {
    if (!this.failures.has(i)) this.failures.set(i, error);
  }

  // items with the same number of arguments and the same names share a plan
  #plans(entries: readonly Invocation[]): (Plan | Error)[] {
    const known = new Map<string | number, Plan | Error>();
    return entries.map(({ positional, named }) => {
      const names = named ? namesOf({ positional, named }) : [];
      const shape = names.length === 0 ? positional.length : `${positional.length}\0${names.join("\0")}`;
      let plan = known.get(shape);
      if (!plan) {
        plan = this.#plan(positional, names);
        known.set(shape, plan);
      }
      return plan;
    });
  }

  #planned(count: number, names: readonly string[], positional: () => readonly unknown[]): Plan {
    try {
      return planArguments(this.kernel, count, names, this.shared, this.subject.text);
    } catch (error) {
      const { parameters } = this.kernel.signature;
      if (count > parameters.length) {
        (error as Error).message += hintForList(positional(), parameters, this.subject);
      }
      throw error;
    }
  }

  #plan(positional: readonly unknown[], names: readonly string[]): Plan | Error {
    try {
      return this.#planned(positional.length, names, () => positional);
    } catch (error) {
      return because(error as Error, "number and names of arguments");
    }
  }

  #sourceOf(name: string | undefined, plan: Plan): Source | undefined {
    return plan[this.kernel.signature.parameters.findIndex((parameter) => parameter.name === name)];
  }

  #table(parameter: KernelParameter, length: number, common = false): ScalarTable | RowTable {
    return parameter.kind === "scalar"
      ? new ScalarTable(this.packer, this.subject, parameter, length)
      : new RowTable(this.packer, this.subject, parameter, length, common);
  }

  /** One value for all items. */
  #common(parameter: KernelParameter, source: Source): Layout {
    if (source.from !== "call") return () => absent;
    const table = this.#table(parameter, 1, true);
    table.set(0, source.value);
    return () => table.layout;
  }

  /** The elements of an ordinary array, one an item. */
  #elements(parameter: KernelParameter, elements: readonly unknown[]): Layout {
    const table = this.#table(parameter, elements.length);
    for (let i = 0; i < elements.length; i++) {
      try {
        table.set(i, elements[i]);
      } catch (error) {
        this.#fail(i, error as Error);
      }
    }
    return () => table.layout;
  }

  #column(parameter: KernelParameter, column: Column, component?: string): Layout {
    const { name, kind, type } = parameter;
    const numbers = column.shape.length === 1;
    if (column.dtype !== storageOf(type) || numbers !== (kind === "scalar")) {
      const expects = kind === "row" ? `a row of ${type}` : `a number of ${type}`;
      throw new TypeError(
        `${this.subject}: "${name}" expects ${expects}, ${component === undefined ? "the column" : `component "${component}"`} has ` +
          `${numbers ? "numbers" : "rows"} of ${column.dtype}.`,
      );
    }
    if ((column instanceof DenseColumn || column instanceof RaggedColumn) && column.storage.lease) {
      const { layout } = column;
      if (kind === "row") this.columnBytes += bytesOf(column);
      this.releases.push(column.storage.lease.retain());
      return () => layout;
    }
    return this.#copied(parameter, column);
  }

  /** A column in another thread's memory, or in ordinary memory. */
  #copied(parameter: KernelParameter, column: Column): Layout {
    if (column.offsets)
      return this.#elements(
        parameter,
        Array.from({ length: column.length }, (_, i) => column.at(i)),
      );
    const { kind, readonly } = parameter;
    const whole = { ...parameter, type: column.dtype, readonly: kind === "scalar" ? true : readonly };
    const all = new RowTable(this.packer, this.subject, whole, 1, true);
    all.set(0, column.values);
    const length = column.length > 0 ? column.values.length / column.length : 0;
    return () => ({ ...all.layout, stride: length * column.values.BYTES_PER_ELEMENT, length });
  }

  #ranges(length: number): Range[] {
    const ranges: Range[] = [];
    let begin = 0;
    for (const bad of [...this.failures.keys(), length].sort((a, b) => a - b)) {
      if (begin < bad) ranges.push({ begin, end: bad });
      begin = bad + 1;
    }
    return ranges;
  }
}

function bytesOf(column: DenseColumn | RaggedColumn): number {
  if (column instanceof DenseColumn) return column.values.byteLength;
  if (column.length > countedRows) return Number.POSITIVE_INFINITY;
  return (
    column.lengths.reduce((sum, length) => sum + length, 0) * typedArrays[column.dtype].BYTES_PER_ELEMENT
  );
}

/** Items by which parameters they leave to their default values: each group has a frame. */
class Groups {
  readonly all = new Map<string, Group>();
  readonly #byPlan = new Map<Plan, Group>();

  constructor(readonly layouts: readonly Layout[]) {}

  add(i: number, plan: Plan): void {
    let group = this.#byPlan.get(plan);
    if (!group) {
      group = this.#groupFor(plan);
      this.#byPlan.set(plan, group);
    }
    extend(group.ranges, i);
  }

  #groupFor(plan: Plan): Group {
    const given = plan.map(({ from }) => from !== "default");
    const key = given.join();
    const group = this.all.get(key) ?? {
      layouts: this.layouts.map((layout, p) => (given[p] ? layout : () => absent)),
      ranges: [],
    };
    this.all.set(key, group);
    return group;
  }
}

function isOwn({ from }: Source): boolean {
  return from === "position" || from === "name";
}

function extend(ranges: { begin: number; end: number }[], i: number): void {
  const last = ranges.at(-1);
  if (last?.end === i) last.end++;
  else ranges.push({ begin: i, end: i + 1 });
}
