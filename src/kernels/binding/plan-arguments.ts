import { isTypedArray } from "../../abi/dtype.js";
import type { Kernel, KernelParameter } from "../../abi/kernel.js";
import { count } from "../../base/text.js";
import { invocationAt, namesOf } from "../../call/invocation.js";
import type { Job } from "../../call/job.js";
import type { ArgumentPlan, Plan } from "../../call/plan.js";
import type { Column } from "../../columns/column.js";
import { DenseColumn } from "../../columns/dense.js";
import { isColumn } from "../../columns/from-values.js";
import { sharedMemory } from "../../columns/memory.js";
import { RaggedColumn } from "../../columns/ragged.js";
import { ownedAddress } from "../../columns/storage.js";
import { planArguments, type Source } from "./assignment.js";
import { bind } from "./binding.js";
import type { Cost } from "./row-packer.js";

type PlannedJob = Omit<Job, "id">;

/** What a call of a kernel would copy: its arguments are bound as for the call, and let go again. */
export function planKernelArguments(
  kernel: Kernel,
  job: PlannedJob,
): Pick<Plan, "arguments" | "bytesIn" | "bytesOut" | "problems"> & { readonly rowBytes: number } {
  const { rowBytes, bytesIn, bytesBack, costs, failures, release } = bind(kernel, job, sharedMemory());
  release();
  const problems = [...failures].map(([item, { message }]) => `item ${item}: ${message}`);
  const sources = sourcesOf(kernel, job);
  const costOf = costs();
  const planned = kernel.signature.parameters.map((parameter, p) => {
    const given = sources.map((plan) => plan?.[p]);
    const { name, from, passing, why } = planParameter(parameter, given, job, costOf[p]);
    return { name, from, passing, ...costOf[p], why };
  });
  return { arguments: planned, bytesIn, bytesOut: bytesBack, problems, rowBytes };
}

/** Where each item's arguments come from; undefined for an item whose own do not fit. One for all where they are alike. */
function sourcesOf(kernel: Kernel, job: PlannedJob): (readonly Source[] | undefined)[] {
  const { invocations, label } = job;
  const planOf = (positions: number, names: readonly string[]) => {
    try {
      return planArguments(kernel, positions, names, job, label);
    } catch {
      return undefined;
    }
  };
  if (invocations.kind === "zipped") return [planOf(invocations.components.length, [])];
  const known = new Map<string, readonly Source[] | undefined>();
  return invocations.entries.map((entry) => {
    const names = namesOf(entry);
    const key = [entry.positional.length, ...names].join("\0");
    if (!known.has(key)) known.set(key, planOf(entry.positional.length, names));
    return known.get(key);
  });
}

function planParameter(
  parameter: KernelParameter,
  sources: readonly (Source | undefined)[],
  { invocations, bound }: PlannedJob,
  { bytesIn }: Cost,
): Omit<ArgumentPlan, "bytesIn" | "bytesOut"> {
  const { name } = parameter;
  const source = sources.find((each) => each && each.from !== "default") ?? { from: "default" };
  switch (source.from) {
    case "default": {
      const from = parameter.shapeOf ? `the shape of ${parameter.shapeOf}` : "the kernel's default value";
      const why = parameter.shapeOf ? "the engine passes it" : "nothing is passed";
      return { name, from, passing: bytesIn > 0 ? "copied" : "shared", why };
    }
    case "call": {
      const from = bound ? "the call, or partial()" : "the call";
      return { name, from, ...passingOf(parameter, [source.value]) };
    }
    case "position": {
      const { position } = source;
      if (invocations.kind === "list") break;
      const component = invocations.components[position];
      const called = invocations.names?.[position];
      const from = called === undefined ? `argument ${position} of the item` : `component ${called}`;
      if (!isColumn(component)) return { name, from, ...passingOf(parameter, component) };
      if (liesHere(component)) return { name, from, passing: "shared", why: "a column in shared memory" };
      const rows = component.offsets
        ? Array.from({ length: component.length }, (_, i) => component.at(i))
        : [component.values];
      return { name, from, ...passingOf({ ...parameter, kind: "row" }, rows) };
    }
  }
  const values = sources.flatMap((each, item) => {
    if (each?.from === "position") return [invocationAt(invocations, item).positional[each.position]];
    if (each?.from === "name") return [invocationAt(invocations, item).named![name]];
    return each?.from === "call" ? [each.value] : [];
  });
  const from = source.from === "position" ? `argument ${source.position} of the item` : `${name} of the item`;
  return { name, from, ...passingOf(parameter, values) };
}

function liesHere(column: Column): boolean {
  return (
    (column instanceof DenseColumn || column instanceof RaggedColumn) && column.storage.lease !== undefined
  );
}

/** How a parameter's values go to the kernel, and why so. */
function passingOf(
  parameter: KernelParameter,
  values: readonly unknown[],
): Pick<ArgumentPlan, "passing" | "why"> {
  if (parameter.kind === "scalar") {
    return {
      passing: "copied",
      why: values.length === 1 ? "one value for all items" : "a number for each item",
    };
  }
  let inPlace = 0;
  let typed = 0;
  let lists = 0;
  for (const row of values) {
    if (Array.isArray(row)) lists++;
    else if (isTypedArray(row) && ownedAddress(row) !== undefined) inPlace++;
    else if (isTypedArray(row)) typed++;
  }
  const copied = [
    ...(typed > 0 ? [`${count(typed, "typed array")} outside of shared memory`] : []),
    ...(lists > 0 ? [`${count(lists, "array")} of numbers`] : []),
  ];
  if (copied.length === 0) {
    const why =
      inPlace > 0
        ? "rows of columns in shared memory; only their addresses are written"
        : "nothing that the kernel takes";
    return { passing: "shared", why };
  }
  const kept = inPlace > 0 ? [`${count(inPlace, "row")} of columns used in place`] : [];
  const back = parameter.readonly ? "which the kernel only reads" : "which the kernel may write";
  return {
    passing: parameter.readonly ? "copied" : "copied back",
    why: `${[...copied, ...kept].join(", ")}, ${back}`,
  };
}
