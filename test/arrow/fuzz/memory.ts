// counts the bytes of all arrays that are made; to be imported before what is measured

let bytes = 0;

/** Bytes of buffers and typed arrays made since the last call, whether they are still there or not. */
export function takeBytes(): number {
  const taken = bytes;
  bytes = 0;
  return taken;
}

function counted<C extends new (...args: any[]) => any>(Class: C, size: number): C {
  const proxy: C = new Proxy(Class, {
    construct(target, args, newTarget): object {
      const [first] = args;
      if (typeof first === "number") bytes += first * size;
      else if (Array.isArray(first) || ArrayBuffer.isView(first)) bytes += size * (first as any).length;
      return Reflect.construct(target, args, newTarget === proxy ? target : newTarget);
    },
  });
  // slice() and the like make their copies by it
  Class.prototype.constructor = proxy;
  return proxy;
}

const global = globalThis as any;
for (const name of ["ArrayBuffer", "SharedArrayBuffer"]) global[name] = counted(global[name], 1);
for (const [name, size] of [
  ["Int8Array", 1],
  ["Uint8Array", 1],
  ["Int16Array", 2],
  ["Uint16Array", 2],
  ["Int32Array", 4],
  ["Uint32Array", 4],
  ["Float32Array", 4],
  ["Float64Array", 8],
  ["BigInt64Array", 8],
  ["BigUint64Array", 8],
] as const) {
  global[name] = counted(global[name], size);
}
