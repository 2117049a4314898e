import { type Layout, readLayout } from "../link/wasm-binary.js";
import { type Binaryen, type BinaryenModule, binaryenOf, type Expression } from "./binaryen.js";
import { childrenOf, infoOf } from "./expressions.js";
import { definePass, type Place, type Tools } from "./pass.js";

/**
 * Moves what the user's code throws out of loops, to the end of its function.
 *
 *     loop { if (i >= n) { abort(…); unreachable } … }
 *     block $cold { loop { if (i >= n) br $cold; … } return }  abort(…); unreachable
 *
 * V8 keeps the memory's address in a register through a loop only if nothing in the loop can call, so that each check of
 * an index made every access slower (Node 20: 1.5 to 3 times).
 */
export const moveThrowsOutOfLoops = definePass({
  name: "move-throws-out-of-loops",
  stage: "optimised",
  run({ toolchain, module, emit, report }) {
    const binaryen = binaryenOf(toolchain);
    const strings = new StaticStrings(emit());
    const files = new Map<string, number>();
    const fileIndex = (name: string) => {
      const index = files.get(name) ?? module.addDebugInfoFileName(name);
      files.set(name, index);
      return index;
    };
    for (let i = 0; i < module.getNumFunctions(); i++) {
      const fn = module.getFunctionByIndex(i);
      new FunctionPass(binaryen, module, fn, strings, fileIndex, report).run();
    }
  },
});

class FunctionPass {
  readonly #cold: { label: string; body: Expression }[] = [];

  constructor(
    private readonly binaryen: Binaryen,
    private readonly module: BinaryenModule,
    private readonly fn: number,
    private readonly strings: StaticStrings,
    private readonly fileIndex: (name: string) => number,
    private readonly report: Tools["report"],
  ) {}

  run(): void {
    const { binaryen, module } = this;
    const { body, results } = binaryen.getFunctionInfo(this.fn) as { body: Expression; results: number };
    if (!body) return;
    this.#visit(body, false);
    let wrapped = body;
    this.#cold.forEach(({ label, body: cold }, i) => {
      const returned =
        i > 0 ? [wrapped] : results === binaryen.none ? [wrapped, module.return()] : [module.return(wrapped)];
      wrapped = module.block(null, [module.block(label, returned, binaryen.none), cold]);
    });
    if (wrapped !== body) binaryen.Function.setBody(this.fn, wrapped);
  }

  #visit(expression: Expression, inLoop: boolean): void {
    const { binaryen, module } = this;
    if (!expression) return;
    const id = binaryen.getExpressionId(expression);
    if (id === binaryen.IfId && inLoop) {
      const { ifTrue, ifFalse } = this.#info(expression);
      const place = ifFalse ? undefined : this.#thrownAt(ifTrue);
      if (place) {
        const label = `cold$${labels++}`;
        this.#cold.push({ label, body: ifTrue });
        binaryen.If.setIfTrue(expression, module.br(label));
        this.#locate(ifTrue, place);
        this.report("done", "what is thrown here was moved out of its loop", place);
      }
    }
    for (const child of this.#children(expression)) this.#visit(child, inLoop || id === binaryen.LoopId);
  }

  /** Where code throws that runs straight into it, so that it may as well stand elsewhere. Undefined for the library's. */
  #thrownAt(expression: Expression): Place | undefined {
    const { binaryen } = this;
    if (binaryen.getExpressionId(expression) !== binaryen.BlockId) return undefined;
    const { name, children } = this.#info(expression);
    if (name || children.length < 2 || !children.every((child: Expression) => this.#isStraight(child)))
      return undefined;
    const [call, end] = children.slice(-2);
    if (binaryen.getExpressionId(end) !== binaryen.UnreachableId) return undefined;
    if (binaryen.getExpressionId(call) !== binaryen.CallId) return undefined;
    const { target, operands } = this.#info(call);
    if (target !== "~lib/builtins/abort") return undefined;
    const constants: number[] = operands.slice(1).map((operand: Expression) => this.#info(operand).value);
    const file = this.strings.at(constants[0]);
    return file === undefined || file.startsWith("~lib/")
      ? undefined
      : { file, line: constants[1], column: constants[2] };
  }

  // away from the statement that it belongs to, it must tell its line itself
  #locate(expression: Expression, place: Place): void {
    const { file, line, column } = place;
    this.module.setDebugLocation(this.fn, expression, this.fileIndex(file), line, column);
    for (const child of this.#children(expression)) this.#locate(child, place);
  }

  #isStraight(expression: Expression): boolean {
    const { binaryen } = this;
    const id = binaryen.getExpressionId(expression);
    const leaves = [
      binaryen.UnreachableId,
      binaryen.ConstId,
      binaryen.LocalGetId,
      binaryen.GlobalGetId,
      binaryen.NopId,
    ];
    if (leaves.includes(id)) return true;
    const inner = [binaryen.CallId, binaryen.BinaryId, binaryen.UnaryId, binaryen.LoadId, binaryen.DropId];
    return inner.includes(id) && this.#children(expression).every((child) => this.#isStraight(child));
  }

  #info(expression: Expression): Record<string, any> {
    return infoOf(this.binaryen, expression);
  }

  // what is of a kind not known is left as it is, with all that is in it
  #children(expression: Expression): readonly Expression[] {
    return childrenOf(this.binaryen, expression) ?? [];
  }
}

/** AssemblyScript's strings among the static data of a module. */
class StaticStrings {
  readonly #view: DataView;
  readonly #segments: Layout["segments"];

  constructor(binary: Uint8Array) {
    this.#segments = readLayout(binary).segments;
    this.#view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  }

  at(address: number): string | undefined {
    const segment = this.#segments.find(
      ({ start, end, address: first }) => address > first && address < first + end - start,
    );
    if (!segment) return undefined;
    const at = segment.start + address - segment.address;
    const units = this.#view.getUint32(at - 4, true) / 2;
    return String.fromCharCode(
      ...Array.from({ length: units }, (_, i) => this.#view.getUint16(at + 2 * i, true)),
    );
  }
}

// no label twice: with --converge, what was moved once is optimized and visited again
let labels = 0;
