import { beforeAll, describe, expect, test } from "vitest";
import { type Both, both } from "./both.js";
import { audit, common, kernelsFor, ofLists, prelude, preludeFor } from "./methods.js";
import { elementTypes } from "./values.js";

// equal to JavaScript's for consistent comparators alone, which NaN makes inconsistent
const { sortUp, sortDown, sortNamed, sortHuge, ...others } = common;
const sorts = { sortUp, sortDown, sortNamed, sortHuge };
const types = elementTypes.filter(({ array, row }) => array === row);
const methods = { ...others, ...ofLists };
let compared: Both;
beforeAll(async () => {
  const kernels = types.map(
    (type) =>
      preludeFor(type) +
      kernelsFor(type, { ...sorts, ...methods }, "list") +
      kernelsFor(type, { ...sorts, ...others }, "static array"),
  );
  compared = await both(prelude + kernels.join("\n"));
});

describe.each(types.map((type) => [type.scalar, type] as const))("of %s", (_, type) => {
  test("a list does what JavaScript's does, whatever the elements, values and indices", () => {
    expect(audit(compared, type, methods, "list")).toEqual([]);
  });

  test("a static array does what a list of JavaScript's does", () => {
    expect(audit(compared, type, others, "static array")).toEqual([]);
  });
});
