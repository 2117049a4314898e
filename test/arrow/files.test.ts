import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { dictionary, float64, list, utf8 } from "@uwdata/flechette";
import * as apache from "apache-arrow";
import { Batch, type Dense, type Parallel, type Ragged } from "nogil";
import { arrowReport, arrowWriter, readArrow, toArrow } from "nogil/arrow";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { sharedMemory } from "../../dist/columns/memory.js";

class Parts extends Batch<{ x: Dense<"f64">; rows: Ragged<"i16">; label: (string | null)[] }, number> {}
class Loose extends Batch<any, any> {}

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nogil-"));
  file = join(folder, "batch.arrow");
});
afterEach(() => rmSync(folder, { recursive: true }));

const make = (first: number, length = 3) => {
  const ids = Array.from({ length }, (_, i) => first + i);
  return Parts.from(ids, {
    x: ids.map((id) => id / 2),
    rows: ids.map((id) => Int16Array.from({ length: 1 + (id % 3) }, () => id)),
    label: ids.map((id) => (id % 2 ? `${id}` : null)),
  });
};
const itemsOf = (batch: { indices: readonly any[]; at(id: any): object }) =>
  batch.indices.map((id) => {
    const { rows, ...others } = batch.at(id) as { rows?: Int16Array };
    return { id, ...others, ...(rows && { rows: rows.slice() }) };
  });

describe("save and load", () => {
  test("keep ids and components, by path or URL, and replace what was there", async () => {
    writeFileSync(file, "old");
    const batch = make(5);
    await batch.save(file);
    expect(readdirSync(folder)).toEqual(["batch.arrow"]);
    const back = await Parts.load(file);
    expectTypeOf(back).toEqualTypeOf<Parallel<Parts>>();
    expect(back).toBeInstanceOf(Parts);
    expect(itemsOf(back)).toEqual(itemsOf(batch));
    const url = pathToFileURL(join(folder, "ü b.arrow"));
    await batch.save(url, { ids: "key", batchRows: 2 });
    expect(itemsOf(await Parts.load(url))).toEqual(itemsOf(batch));
    expect(apache.tableFromIPC(readFileSync(url)).batches).toHaveLength(2);
  });

  test("read the file into shared memory, where its columns lie in place", async () => {
    await make(0, 1000).save(file);
    const { usedBytes } = sharedMemory().heap;
    const back = await Parts.load(file);
    expect(arrowReport(back)).toMatchObject({
      bytesCopied: 0,
      columns: { x: { use: "in place", bytes: 8000 } },
    });
    back.dispose();
    expect(sharedMemory().heap.usedBytes).toBe(usedBytes);
  });

  test("say which file is no Arrow file, or is not there", async () => {
    writeFileSync(file, "id,x\n1,2\n");
    await expect(Parts.load(file)).rejects.toThrow(`${file}: The bytes are not an Arrow IPC stream or file`);
    await expect(Parts.load(join(folder, "none"))).rejects.toThrow("ENOENT");
    await expect(make(1).save(join(folder, "no", "such"))).rejects.toThrow("ENOENT");
  });

  test("leave the file that was there when a component cannot be written", async () => {
    await make(1).save(file);
    const before = readFileSync(file);
    await expect(Loose.from(1, { f: [() => 1] }).save(file)).rejects.toThrow('The component "f"');
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder)).toEqual(["batch.arrow"]);
  });
});

describe("a writer", () => {
  test.each(["file", "stream"] as const)(
    "puts batch after batch into a %s that everybody reads",
    async (format) => {
      const writer = arrowWriter(file, { format });
      const batches = [make(0), make(3, 1), make(4, 5)];
      for (const batch of batches) {
        await writer.write(batch);
        batch.data.x.values.fill(0);
      }
      expect([writer.rows, readdirSync(folder).includes("batch.arrow")]).toEqual([9, false]);
      await writer.close();
      expect(readdirSync(folder)).toEqual(["batch.arrow"]);
      const whole = itemsOf(make(0, 9));
      expect(itemsOf(await Parts.load(file))).toEqual(whole);
      const table = apache.tableFromIPC(readFileSync(file));
      expect(table.batches.map(({ numRows }) => numRows)).toEqual([3, 1, 5]);
      expect([...table.getChild("x")!]).toEqual(whole.map(({ x }: any) => x));
      const read: object[] = [];
      for await (const batch of readArrow(file, Parts)) {
        expectTypeOf(batch).toEqualTypeOf<Parallel<Parts>>();
        expect(arrowReport(batch).bytesCopied).toBe(0);
        read.push(...itemsOf(batch));
        batch.dispose();
      }
      expect(read).toEqual(whole);
    },
  );

  test("keeps the order of writes that nobody awaited, and what they wrote of batches that are gone by then", async () => {
    const writer = arrowWriter(file);
    const writes = [0, 3, 6].map((first) => writer.write(make(first)));
    await writer.close();
    await Promise.all(writes);
    expect((await Parts.load(file)).indices).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    await expect(writer.write(make(1))).rejects.toThrow("This Arrow file is closed");
    await writer.close();
  });

  test("refuses a batch of other columns, naming them, and goes on with the next", async () => {
    const writer = arrowWriter(file);
    await writer.write(make(0));
    const odd = Loose.from([9], { x: Float32Array.of(1), rows: [Int16Array.of(1)], label: ["a"] });
    await expect(writer.write(odd)).rejects.toThrow(
      "All batches of an Arrow file have the same columns in the same order. " +
        "Only the first batch has: x: Float64; only this one: x: Float32.",
    );
    await expect(writer.write(Loose.from([9], { x: [1] }))).rejects.toThrow("only this one: none");
    await expect(writer.write([] as never)).rejects.toThrow("write() takes a batch, got Array");
    await writer.write(make(3));
    await writer.close();
    expect((await Parts.load(file)).length).toBe(6);
  });

  test("writes rows that happen to be equally long, and labels that are all null, as in the first batch", async () => {
    const writer = arrowWriter(file);
    const even = () =>
      Parts.from([7, 8], {
        x: [1, 2],
        rows: [Int16Array.of(1, 2), Int16Array.of(3, 4)],
        label: [null, null],
      });
    await writer.write(make(0));
    await writer.write(even());
    await writer.close();
    const back = await Parts.load(file);
    expect(back.at(8)).toEqual({ x: 2, rows: Int16Array.of(3, 4), label: null });
    const other = arrowWriter(file, { types: { rows: list(float64()), label: utf8() } });
    await other.write(even());
    await other.write(make(0));
    await other.close();
    expect(itemsOf(await Parts.load(file))).toEqual([...itemsOf(even()), ...itemsOf(make(0))]);
  });

  test("leaves no file when it is given up, fails, or writes nothing", async () => {
    {
      await using writer = arrowWriter(file);
      await writer.write(make(0));
    }
    await expect(arrowWriter(file).close()).rejects.toThrow("No batch was written");
    const failing = arrowWriter(join(folder, "no", "such"));
    await expect(failing.write(make(0))).rejects.toThrow("ENOENT");
    await expect(failing.write(make(0))).rejects.toThrow("ENOENT");
    await expect(failing.close()).rejects.toThrow("ENOENT");
    expect(readdirSync(folder)).toEqual([]);
    expect(() => arrowWriter(file, { format: "csv" as never })).toThrow('"file" or "stream", got "csv"');
  });

  test("has dictionaries in streams, where each batch brings its own", async () => {
    const types = { label: dictionary(utf8()) };
    const writer = arrowWriter(file, { format: "stream", types });
    for (const first of [0, 3, 6]) await writer.write(make(first));
    await writer.close();
    expect(itemsOf(await Parts.load(file))).toEqual(itemsOf(make(0, 9)));
    const labels: unknown[] = [];
    for await (const batch of readArrow(file, Parts)) labels.push(...batch.data.label);
    expect(labels).toEqual(make(0, 9).data.label);
    expect([...apache.tableFromIPC(readFileSync(file)).getChild("label")!]).toEqual(make(0, 9).data.label);
    await using other = arrowWriter(file, { types });
    await other.write(make(0));
    await expect(other.write(make(1))).rejects.toThrow('{ format: "stream" }');
  });
});

describe("reading batch by batch", () => {
  test("numbers items without ids through the file", async () => {
    writeFileSync(file, await toArrow(make(0, 7), { ids: false, batchRows: 3 }));
    const ids: number[][] = [];
    for await (const batch of readArrow(file, Parts)) ids.push([...batch.indices]);
    expect(ids).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  });

  test("tells a file that is cut off, at any byte", async () => {
    const whole = await toArrow(make(0, 4), { format: "file", batchRows: 2 });
    const read = async () => {
      let rows = 0;
      for await (using batch of readArrow(file, Parts)) rows += batch.length;
      return rows;
    };
    for (let end = 0; end < whole.length; end += 5) {
      writeFileSync(file, whole.slice(0, end));
      await expect(read(), `${end} bytes`).rejects.toThrow(
        `${file}: The bytes are not an Arrow IPC stream or file`,
      );
    }
    writeFileSync(file, whole);
    expect(await read()).toBe(4);
    writeFileSync(file, "id,x\n1,2\n3,4\n");
    await expect(read()).rejects.toThrow("there is no message at byte 0");
  });

  test("finds the rows of a file by its footer, as apache-arrow writes it, without a schema before them", async () => {
    const x = apache
      .vectorFromArray([1, 2], new apache.Float64())
      .concat(apache.vectorFromArray([3], new apache.Float64()));
    writeFileSync(file, apache.tableToIPC(new apache.Table({ x }), "file"));
    const read: number[][] = [];
    for await (const { data, indices } of readArrow(file, Loose)) read.push([...data.x.values], [...indices]);
    expect(read).toEqual([[1, 2], [0, 1], [3], [2]]);
    expect([...(await Loose.load(file)).data.x.values]).toEqual([1, 2, 3]);
    // a file without rows still has its columns, and options are checked against them
    const empty = new apache.Table(
      new apache.Schema([new apache.Field("x", new apache.Float64(), true)]),
      [],
    );
    writeFileSync(file, apache.tableToIPC(empty, "file"));
    const readAll = async (options: object) => {
      for await (const batch of readArrow(file, Loose, options)) batch.dispose();
    };
    await readAll({ columns: ["x"] });
    await expect(readAll({ columns: ["y"] })).rejects.toThrow(`${file}: columns names a column "y"`);
  });

  test("may stop early", async () => {
    await make(0, 9).save(file, { batchRows: 2 });
    const { usedBytes } = sharedMemory().heap;
    for await (using batch of readArrow(file, Parts)) {
      expect(batch.length).toBe(2);
      break;
    }
    expect(sharedMemory().heap.usedBytes).toBe(usedBytes);
  });

  test("and writing take the memory of a few batches, however many there are", async () => {
    const program = fileURLToPath(new URL("../fixtures/stream-table.mjs", import.meta.url));
    const run = (batches: number) =>
      promisify(execFile)(process.execPath, [program, file, `${batches}`], { timeout: 60_000 });
    const [few, many] = [JSON.parse((await run(2)).stdout), JSON.parse((await run(64)).stdout)];
    expect([few.rows, many.rows]).toEqual([2 * 16384, 64 * 16384]);
    // shared memory at its peak, in bytes: 8 columns of 16,384 doubles and ids are 1.2 MB a batch
    expect(many.peak).toBeLessThan(4 * 1.2e6);
    expect(many.peak).toBeLessThan(1.5 * few.peak);
    expect(many.sum).toBe(8 * 64 * 16384 * 1.5);
  });
});
