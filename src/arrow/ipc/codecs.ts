import type { Flechette } from "../flechette.js";
import type { Codec } from "./body.js";

const names = ["LZ4", "Zstandard"];

/** The decoders that the user gave to flechette, by id. @throws Error where there is none */
export function codecsOf(f: Flechette): (id: number) => Codec {
  return (id) => {
    const codec = f.getCompressionCodec(id as 0);
    if (codec) return codec;
    throw new Error(
      `The Arrow data is compressed with ${names[id]}, and there is no decoder yet. Write it uncompressed, or pass one ` +
        "to setCompressionCodec of @uwdata/flechette first.",
    );
  };
}
