import { type Binaryen, type BinaryenModule, binaryenOf, type Expression } from "./binaryen.js";
import { childrenOf, infoOf } from "./expressions.js";
import { definePass } from "./pass.js";

const top = "~lib/rt/nogil/top";
const floor = "~lib/rt/nogil/floor";
const seeded = "~lib/math/random_seeded";

/**
 * Leaves out, after each item, what frees its memory and forgets its seed, in loops that reach no code which takes any or seeds:
 *
 *     loop { … global.set top (global.get floor)  global.set random_seeded 0 … }
 *
 * The two are so before a loop runs, since `mark`, each loop that is not such, and `release` after a failed item leave them so.
 * It is decided here, where all is inlined, and not by the source: V8 keeps neither variable in a register.
 */
export const leaveOutReleases = definePass({
  name: "leave-out-releases",
  stage: "optimised",
  run({ toolchain, module }) {
    const binaryen = binaryenOf(toolchain);
    const effects = new Effects(binaryen, module);
    for (const loop of exportedLoops(binaryen, module)) {
      const written = effects.of(loop);
      const { body } = binaryen.getFunctionInfo(module.getFunction(loop));
      if (!written.has(top) && !written.has(floor)) remove(binaryen, body, top);
      if (!written.has(seeded)) remove(binaryen, body, seeded);
    }
  },
});

function exportedLoops(binaryen: Binaryen, module: BinaryenModule): string[] {
  return Array.from({ length: module.getNumExports() }, (_, i) =>
    binaryen.getExportInfo(module.getExportByIndex(i)),
  )
    .filter(({ name, kind }) => kind === binaryen.ExternalFunction && name.startsWith("run$"))
    .map(({ value }) => value);
}

/** What `release` does with a variable: `top = floor`, `random_seeded = false`. */
function released(binaryen: Binaryen, expression: Expression): string | undefined {
  if (binaryen.getExpressionId(expression) !== binaryen.GlobalSetId) return undefined;
  const { name, value } = infoOf(binaryen, expression);
  const given = infoOf(binaryen, value);
  const id = binaryen.getExpressionId(value);
  if (name === top && id === binaryen.GlobalGetId && given.name === floor) return name;
  if (name === seeded && id === binaryen.ConstId && given.value === 0) return name;
  return undefined;
}

function remove(binaryen: Binaryen, expression: Expression, name: string): void {
  const children = childrenOf(binaryen, expression) ?? [];
  const isBlock = binaryen.getExpressionId(expression) === binaryen.BlockId;
  for (const [i, child] of [...children.entries()].reverse()) {
    if (isBlock && released(binaryen, child) === name) binaryen.Block.removeChildAt(expression, i);
    else remove(binaryen, child, name);
  }
}

/** Which of the three variables functions write, other than as `release` does; all of them where it cannot be told. */
class Effects {
  readonly #own = new Map<string, { writes: Set<string>; calls: Set<string> }>();

  constructor(
    private readonly binaryen: Binaryen,
    private readonly module: BinaryenModule,
  ) {}

  /** What a function writes, and all that it may call. */
  of(name: string): Set<string> {
    const all = new Set<string>();
    const reached = new Set([name]);
    for (const one of reached) {
      const { writes, calls } = this.#ownOf(one);
      for (const variable of writes) all.add(variable);
      for (const called of calls) reached.add(called);
    }
    return all;
  }

  #ownOf(name: string) {
    let own = this.#own.get(name);
    if (own) return own;
    own = { writes: new Set(), calls: new Set() };
    this.#own.set(name, own);
    const { body } = this.binaryen.getFunctionInfo(this.module.getFunction(name));
    // what is imported, throws or finds room for results
    if (body) this.#visit(body, own);
    return own;
  }

  #visit(expression: Expression, own: { writes: Set<string>; calls: Set<string> }): void {
    const { binaryen } = this;
    const id = binaryen.getExpressionId(expression);
    const children = childrenOf(binaryen, expression);
    if (!children || id === binaryen.CallIndirectId)
      for (const name of [top, floor, seeded]) own.writes.add(name);
    if (id === binaryen.CallId) {
      own.calls.add(infoOf(binaryen, expression).target);
    } else if (id === binaryen.GlobalSetId && !released(binaryen, expression)) {
      own.writes.add(infoOf(binaryen, expression).name);
    }
    for (const child of children ?? []) this.#visit(child, own);
  }
}
