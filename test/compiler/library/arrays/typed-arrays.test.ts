import { beforeAll, describe, expect, test } from "vitest";
import { type Both, both } from "./both.js";
import { audit, common, kernelsFor, ofTypedArrays, prelude, preludeFor } from "./methods.js";
import { elementTypes } from "./values.js";

const methods = { ...common, ...ofTypedArrays };
let compared: Both;
beforeAll(async () => {
  const kernels = elementTypes.map((type) => preludeFor(type) + kernelsFor(type, methods, "typed array"));
  compared = await both(prelude + kernels.join("\n"));
});

describe.each(elementTypes.map((type) => [type.array, type] as const))("%s", (_, type) => {
  test("does what JavaScript's does, whatever the elements, values and indices", () => {
    expect(audit(compared, type, methods, "typed array")).toEqual([]);
  });
});
