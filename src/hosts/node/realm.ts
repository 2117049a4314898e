// Node 20 has these in its own realm only; classes have to have them under the same symbols, which Node's have too
export function hostSymbol(name: "dispose" | "asyncDispose"): symbol | undefined {
  const hosts: typeof Symbol = process.getBuiltinModule("node:vm").runInThisContext("Symbol");
  return hosts[name];
}

export const isNativeError: (value: unknown) => boolean =
  process.getBuiltinModule("node:util").types.isNativeError;
