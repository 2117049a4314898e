import { type ArrayOf, type Dtype, typedArrays } from "./dtype.js";

const views = new Map<Dtype, ArrayOf<Dtype>>();

/** All of a memory as elements of a dtype. Made again only for another buffer: small calls feel what each view costs. */
export function wholeView<D extends Dtype>(dtype: D, buffer: ArrayBufferLike): ArrayOf<D> {
  const known = views.get(dtype);
  if (known?.buffer === buffer) return known as ArrayOf<D>;
  const bytes = typedArrays[dtype].BYTES_PER_ELEMENT;
  const view = new typedArrays[dtype](buffer as ArrayBuffer, 0, Math.floor(buffer.byteLength / bytes));
  views.set(dtype, view);
  return view as ArrayOf<D>;
}
