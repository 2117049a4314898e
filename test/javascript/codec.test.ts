import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dense, denseOver, raggedFrom, sharedBytes } from "../../dist/columns/index.js";
import { pack, unpack } from "../../dist/javascript/codec/codec.js";

const travel = (value: unknown, passing: "share" | "copy" = "copy"): any =>
  unpack(pack(value, passing, "it"));

const views = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

describe("a packed value", () => {
  test("arrives as it was", () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
        (value) => {
          expect(travel(value)).toEqual(structuredClone(value));
        },
      ),
    );
  });

  test.each(views)("keeps a %o of odd offset, and sends no more than its own elements", (view) => {
    const big = new view(1000);
    const part = big.subarray(3, 7).fill((view.name.startsWith("Big") ? 5n : 5) as never);
    const packed = pack(part, "copy", "it");
    expect(packed.bytes.length).toBeLessThan(100);
    expect(unpack(packed)).toEqual(part);
    expect(unpack(packed).constructor).toBe(view);
  });

  test("keeps Buffers and DataViews", () => {
    expect(travel(Buffer.from("abc"))).toEqual(Buffer.from("abc"));
    expect(travel(new DataView(new ArrayBuffer(3))).byteLength).toBe(3);
  });

  test("keeps cycles and what is shared inside it", () => {
    const inner = { x: 1 };
    const value: any = { a: inner, b: inner, column: dense("f32", [2]) };
    value.self = value;
    const arrived = travel(value, "share");
    expect(arrived.self).toBe(arrived);
    expect(arrived.a).toBe(arrived.b);
  });

  test("has the bytes of all views once, and views that overlap do so where they arrive", () => {
    const kinds = [...views, DataView] as const;
    const buffers = [
      () => new ArrayBuffer(64),
      () => new SharedArrayBuffer(64),
      () => new ArrayBuffer(64, { maxByteLength: 99 }),
    ];
    const view = fc.record({
      b: fc.nat(2),
      kind: fc.constantFrom(...kinds),
      at: fc.nat(7),
      length: fc.nat(7),
    });
    fc.assert(
      fc.property(fc.array(view, { maxLength: 12 }), (chosen) => {
        const make = () => {
          const made = buffers.map((make) => make());
          return chosen.map(({ b, kind, at, length }) => {
            const size = "BYTES_PER_ELEMENT" in kind ? kind.BYTES_PER_ELEMENT : 1;
            return new (kind as typeof Uint8Array)(
              made[b] as ArrayBuffer,
              at * size,
              Math.min(length, 64 / size - at),
            );
          });
        };
        const given = make();
        const packed = pack(given, "copy", "it");
        // 3 × 64 bytes, where they lie, and up to 10 bytes for each view
        expect(packed.bytes.length).toBeLessThan(3 * 64 + 40 + 30 * chosen.length);
        const arrived = unpack(packed);
        expect(arrived).toEqual(given);
        for (const [i, each] of given.entries()) {
          for (const list of [given, arrived]) {
            const { buffer, byteOffset, byteLength } = list[i];
            new Uint8Array(buffer, byteOffset, byteLength).fill(i + 1);
          }
          expect(arrived).toEqual(given);
          expect(arrived[i].constructor).toBe(each.constructor);
        }
      }),
    );
  });

  test("sends nothing of a pool but the views, and each in a buffer of its own where they are apart", () => {
    const pooled = [Buffer.from("mine"), Buffer.from("stranger"), Buffer.from("mine, too")];
    const packed = pack([pooled[0], pooled[2]], "copy", "it");
    expect(String(packed.bytes)).not.toContain("stranger");
    const arrived = unpack(packed);
    expect(arrived).toEqual([pooled[0], pooled[2]]);
    expect(arrived.map(({ byteOffset, buffer }: Buffer) => [byteOffset, buffer.byteLength])).toEqual([
      [0, 4],
      [0, 9],
    ]);
  });

  test("keeps a buffer and views of it together, whichever comes first", () => {
    const { buffer } = Uint8Array.of(1, 2, 3, 4);
    const arrived = travel({ before: new Uint8Array(buffer, 1, 2), buffer, after: [new DataView(buffer)] });
    new Uint8Array(arrived.buffer).fill(7);
    expect([...arrived.before, arrived.after[0].getUint16(2)]).toEqual([7, 7, 0x707]);
    const column = dense("u8", [1]);
    const among = travel({ deep: [column, { buffer }], view: new Uint8Array(buffer, 3) });
    expect(among.view.buffer).toBe(among.deep[1].buffer);
  });

  test("has columns over the same bytes overlap for processes, too", () => {
    const bytes = sharedBytes(16);
    const { buffer, byteOffset } = bytes.values;
    const floats = denseOver(new Float64Array(buffer as ArrayBuffer, byteOffset, 2), [2]);
    const arrived = travel([bytes.values.subarray(0, 9), floats.values.subarray(1)]);
    arrived[1].fill(-1);
    expect(arrived[0][8]).toBe(new Uint8Array(Float64Array.of(-1).buffer)[0]);
    new Uint8Array(arrived[1].buffer, arrived[1].byteOffset)[0] = 5;
    expect(arrived[0][8]).toBe(5);
  });

  test("refuses a view whose buffer was transferred", () => {
    const gone = new Float64Array(2);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(() => pack({ gone }, "copy", "it")).toThrow(/^it(\.gone)? .*cannot be sent to a worker/);
  });

  test("shares views of shared memory with threads, and copies them for processes", () => {
    const view = new Float64Array(new SharedArrayBuffer(64), 8, 3).fill(1);
    const shared = travel(view, "share");
    const copied = travel(view, "copy");
    view[0] = 7;
    expect(shared[0]).toBe(7);
    expect(shared.buffer).toBe(view.buffer);
    expect(copied[0]).toBe(1);
    expect(copied.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test("shares columns with threads, and copies them for processes, wherever they lie", () => {
    const ragged = raggedFrom([Float32Array.of(1, 2), Float32Array.of(), Float32Array.of(3)]);
    const numbers = dense("i32", [3]);
    const value = { deep: [new Map([["column", ragged]])], numbers };
    for (const passing of ["share", "copy"] as const) {
      const arrived = travel(value, passing);
      expect([...arrived.deep[0].get("column").at(0)]).toEqual([1, 2]);
      expect(arrived.deep[0].get("column").length).toBe(3);
      numbers.values[1] = passing === "share" ? 41 : 42;
      expect(arrived.numbers.at(1)).toBe(passing === "share" ? 41 : 41);
    }
  });
});

describe("what cannot travel is named with its path", () => {
  class Connection {
    socket = new WeakMap();
  }
  test.each<[unknown, string]>([
    [() => {}, "it is a function"],
    [{ callbacks: { onDone() {} } }, "it.callbacks.onDone is a function"],
    [[1, { "odd key": Symbol("s") }], 'it[1]["odd key"] is a symbol'],
    [new Map([["key", { f() {} }]]), 'it.get("key").f is a function'],
    [new Set([() => {}]), "it (an element of the Set) is a function"],
    [{ a: [new Connection()] }, "it.a[0].socket is a WeakMap"],
    [{ p: Promise.resolve() }, "it.p is a Promise"],
    [{ proxy: new Proxy({}, {}) }, "it.proxy is an Object"],
  ])("%o", (value, expected) => {
    for (const passing of ["share", "copy"] as const) {
      expect(() => pack(value, passing, "it")).toThrow(`${expected}, which cannot be sent to a worker`);
    }
  });

  test("a bare SharedArrayBuffer is refused with what to do instead", () => {
    expect(() => pack({ memory: new SharedArrayBuffer(8) }, "share", "it")).toThrow(
      "it.memory is a bare SharedArrayBuffer, which cannot be sent to a worker: pass a typed array over it.",
    );
  });
});
