import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Batch, configure, Dataset, type PipelineError, run, shutdown, trace } from "nogil";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { Formatter, type LogEntry } from "../../dist/observe/formatter.js";
import * as kernels from "../fixtures/build/kernels.js";
import { observed } from "../fixtures/observed-batch.js";

beforeAll(() => configure({ workers: 2 }));
afterEach(() => configure({ logger: undefined }));
afterAll(shutdown);

type Line = Pick<LogEntry, "level" | "text"> & { fields: any };

/** A logger as pino's is, which keeps what it is told. */
function keeping() {
  const lines: Line[] = [];
  const at = (level: LogEntry["level"]) => (fields: object, text: string) =>
    void lines.push({ level, text, fields });
  return { lines, logger: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") } };
}

describe.each(["nogil", "threads", "async", "mpc"] as const)("a logger, of calls on %s", (target) => {
  test("hears who started, what was sent where, what is awaited, and how long it took", async () => {
    const { lines, logger } = keeping();
    configure({ logger });
    // a timeout keeps kernels out of this thread, however quick they were before
    await (observed(40).with({ timeout: 60_000 }) as any)[target]();
    const [first] = lines;
    const last = lines.at(-1)!;
    const { call } = first.fields;
    expect(first.text).toBe(
      `#${call} ObservedBatch.${target}: started, 40 items on ${target}${target === "nogil" ? ", kernel weigh" : ""}`,
    );
    const sent = lines.filter(({ fields }) => fields.event === "workSent");
    expect(sent.length).toBeGreaterThan(0);
    for (const { text, fields } of sent) {
      expect(text).toContain(`sent to ${fields.worker}; awaiting`);
      expect(text.slice(text.indexOf("awaiting"))).toContain(fields.worker);
    }
    expect(last.text).toMatch(
      new RegExp(`^#${call} ObservedBatch.${target}: 40 items done in [\\d.]+ (µs|ms|s)$`),
    );
    expect(lines.every(({ level }) => level === "debug")).toBe(true);
  });

  test("is warned of items that failed", async () => {
    const { lines, logger } = keeping();
    configure({ logger });
    const batch = observed(10) as any;
    await (target === "nogil" ? batch.nogil({ bad: 3 }) : batch[target](0, 3));
    const warned = lines.filter(({ level }) => level === "warn");
    expect(warned).toHaveLength(1);
    expect(warned[0].text).toContain("1 failed: 3; the first, item 3: RangeError:");
    expect(warned[0].fields).toMatchObject({ event: "callEnded", failed: 1, err: expect.any(RangeError) });
  });
});

test("a pipeline's run and steps are told when they begin and when they end", async () => {
  const { lines, logger } = keeping();
  configure({ logger });
  const nothing = () => {};
  await new Dataset(3, Batch).pipeline().do(nothing).run({ batchSize: 3 });
  const { run: number } = lines[0].fields;
  expect(lines.map(({ text }) => text.replace(/after [\d.]+ (µs|ms|s)/, "after 0 ms"))).toEqual([
    `run ${number}: started, batches of Batch`,
    `run ${number}, batch 0: nothing started, 3 items`,
    `run ${number}, batch 0: nothing done after 0 ms, 3 items`,
    `run ${number}, batch 0: ready after 0 ms, 3 items`,
    `run ${number}: ended, 3 items, batches: 1 ready, 0 skipped, 0 failed`,
  ]);
});

test("a call that could not run is an error", async () => {
  const { lines, logger } = keeping();
  configure({ logger });
  await expect(run(kernels.weigh, [[1, 2, 3, 4]] as unknown[])).rejects.toThrow();
  expect(lines.at(-1)).toMatchObject({ level: "error", fields: { err: expect.any(TypeError) } });
  expect(lines.at(-1)!.text).toMatch(/run\(weigh\): could not run: TypeError: .*takes 3 arguments/);
});

test("a worker that dies is a warning, with the reason", async () => {
  const { lines, logger } = keeping();
  configure({ logger });
  await observed(2).with({ timeout: 50, target: "threads" }).mpc(60_000);
  const died = await vi.waitFor(() => {
    const found = lines.find(({ fields }) => fields.event === "workerEnded");
    expect(found).toBeDefined();
    return found!;
  }, 10_000);
  expect(died.level).toBe("warn");
  expect(died.text).toMatch(/^thread \d+: ended, /);
});

test("a logger that throws harms no call, and the console hears of it once", async () => {
  const complaint = vi.spyOn(console, "error").mockImplementation(() => {});
  const fails = () => {
    throw new Error("the disk is full");
  };
  configure({ logger: { debug: fails, info: fails, warn: fails, error: fails } });
  const results = await run(kernels.weigh, [Float64Array.of(1)]);
  await new Promise((resolve) => setTimeout(resolve));
  expect([...results]).toEqual([1]);
  expect(complaint.mock.calls).toEqual([[expect.stringContaining("Error: the disk is full")]]);
  complaint.mockRestore();
});

test("the console gets the text first", async () => {
  const debug = vi.spyOn(console, "debug").mockImplementation(() => {});
  configure({ logger: console });
  await run(kernels.weigh, [Float64Array.of(1)]);
  const [text, fields] = debug.mock.calls[0];
  debug.mockRestore();
  expect(text).toContain("run(weigh): started, 1 item on nogil");
  expect(fields).toMatchObject({ event: "callStarted", items: 1 });
});

test("it is taken back by undefined, and another takes its place", async () => {
  const first = keeping();
  const second = keeping();
  configure({ logger: first.logger });
  configure({ logger: second.logger });
  await run(kernels.weigh, [Float64Array.of(1)]);
  configure({ workers: 2 });
  const heard = second.lines.length;
  expect(heard).toBeGreaterThan(0);
  configure({ logger: undefined });
  await run(kernels.weigh, [Float64Array.of(1)]);
  expect(first.lines).toEqual([]);
  expect(second.lines).toHaveLength(heard);
});

test("what is no logger is refused, and so is a logger for one call", async () => {
  expect(() => configure({ logger: { info() {} } as any })).toThrow(
    'configure(): the option "logger" takes an object with debug, info, warn and error, such as pino() or console, got Object.',
  );
  expect(() => configure({ loger: console } as any)).toThrow('did you mean "logger"?');
  expect(() => observed(1).with({ logger: console } as any)).toThrow(
    'with(): there is no option "logger" of one call: it is for all, configure({ logger: … }).',
  );
  await expect(run(kernels.weigh, [], { logger: console } as any)).rejects.toThrow(
    "it is for all, configure({ logger: … })",
  );
});

test("a stalled call tells which worker has which items, and how many have not begun", () => {
  const { level, text } = new Formatter().format({
    type: "callStalled",
    time: 0,
    call: 4,
    action: "EcgBatch.load",
    milliseconds: 5200,
    running: [
      { worker: "process 12", items: [7] },
      { worker: "process 13", items: [8, 9] },
    ],
    waiting: 30,
  });
  expect(level).toBe("warn");
  expect(text).toBe(
    "#4 EcgBatch.load: nothing has happened for 5.2 s; process 12 has item 7; process 13 has items 8, 9; 30 items not begun",
  );
});

test("what no text can be made of fails its batch, is told of, and harms nobody else", async () => {
  const { lines, logger } = keeping();
  configure({ logger });
  using timeline = trace();
  for (const thrown of [Symbol("odd"), Object.create(null)]) {
    const failing = () => {
      throw thrown;
    };
    const running = new Dataset([1], Batch).pipeline().do(failing).run({ batchSize: 1 });
    const error: PipelineError = await running.catch((error) => error);
    expect(error).toMatchObject({ name: "PipelineError", action: "failing" });
    expect(error.cause).toBe(thrown);
  }
  const warned = lines.filter(({ level }) => level === "warn").map(({ text }) => text);
  expect(warned).toEqual([
    expect.stringContaining("failing failed (Symbol(odd))"),
    expect.stringContaining("failing failed for the batch of item 1: Symbol(odd)"),
    expect.stringContaining("failing failed ([object Object])"),
    expect.stringContaining("failing failed for the batch of item 1: [object Object]"),
  ]);
  expect(timeline.stop().traceEvents.filter(({ name }) => name === "failing")).toHaveLength(2);
});

test("a lost write tells what to do", () => {
  const { level, text } = new Formatter().format({
    type: "writeLost",
    time: 0,
    call: 4,
    action: "EcgBatch.load",
    worker: "thread 3",
    item: 5,
    names: ["this.total"],
  });
  expect(level).toBe("warn");
  expect(text).toContain("item 5 assigned this.total on thread 3, where the assignment is lost");
});

describe("a program started with NODE_DEBUG", () => {
  const program = fileURLToPath(new URL("../fixtures/traced-program.mjs", import.meta.url));

  async function errorsOf(debug: string): Promise<string> {
    const child = spawn(process.execPath, [program, "ends", "/dev/null"], {
      env: { ...process.env, NODE_DEBUG: debug },
      timeout: 30_000,
      killSignal: "SIGKILL",
    });
    let text = "";
    child.stderr.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    await once(child, "close");
    return text;
  }

  test("=nogil writes what happens to stderr", async () => {
    const text = await errorsOf("nogil");
    expect(text).toMatch(/^NOGIL \d+: #1 run\(weigh\): started, 100 items on nogil, kernel weigh$/m);
    expect(text).toMatch(/^NOGIL \d+: thread \d+: started for nogil$/m);
    expect(text).toMatch(/^NOGIL \d+: #1 run\(weigh\): 100 items done in /m);
  });

  test("of something else writes nothing", async () => {
    expect(await errorsOf("somethingelse")).toBe("");
  });
});
