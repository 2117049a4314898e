import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { HeartRate } from "./heart-rate.js";
import { labelName } from "./summary.js";

/** What the page shows of one recording. */
export interface Trace {
  readonly name: string;
  readonly label: string;
  /** hertz */
  readonly fs: number;
  readonly flipped: boolean;
  readonly heart: HeartRate;
  /** the signal as recorded, mV, and as the kernels left it, in standard deviations */
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** times of the R peaks, seconds */
  readonly beats: Float32Array;
  /** all windows of the recording, and how many samples each has before its peak and in all */
  readonly windows: {
    readonly values: Float32Array;
    readonly rate: number;
    readonly before: number;
    readonly width: number;
  };
}

/** Parts of the sampled values: enough for a plot, a quarter of the size of numbers in text. */
const plotStep = 1 / 1000;

/** A page that needs no other file: the plots, uPlot and the signals are in it. */
export async function pageOf(traces: readonly Trace[], about: string): Promise<string> {
  const { resolve } = createRequire(import.meta.url);
  const own = (name: string) => readFile(new URL(`./page/${name}`, import.meta.url), "utf8");
  const [html, style, script, plotStyle, plotScript] = await Promise.all([
    own("index.html"),
    own("style.css"),
    own("client.js"),
    readFile(resolve("uplot/dist/uPlot.min.css"), "utf8"),
    readFile(resolve("uplot/dist/uPlot.iife.min.js"), "utf8"),
  ]);
  // a "<" would end the script element that holds the data
  const data = JSON.stringify({ about, traces: traces.map(toJson) }).replaceAll("<", "\\u003c");
  const parts: Record<string, string> = {
    style: `<style>${plotStyle}\n${style}</style>`,
    plot: `<script>${plotScript}</script>`,
    data: `<script id="data" type="application/json">${data}</script>`,
    script: `<script>${script}</script>`,
  };
  return html.replace(/<!-- (style|plot|data|script) -->/g, (_, name: string) => parts[name]);
}

function toJson({ name, label, fs, flipped, heart, before, after, beats, windows }: Trace) {
  return {
    name,
    label: labelName(label),
    fs,
    flipped,
    heart,
    step: plotStep,
    before: quantised(before),
    after: quantised(after),
    beats: Array.from(beats, (time) => Math.round(time * 1e4) / 1e4),
    beat: averageBeat(windows),
  };
}

function quantised(values: Float32Array): string {
  const steps = Int16Array.from(values, (value) =>
    Math.max(-32767, Math.min(32767, Math.round(value / plotStep))),
  );
  return Buffer.from(steps.buffer).toString("base64");
}

/** Mean and standard deviation of the windows at each of their samples. */
function averageBeat({ values, rate, before, width }: Trace["windows"]) {
  const count = values.length / width;
  const at = Array.from({ length: width }, (_, t) => t);
  const mean = at.map((t) => {
    let sum = 0;
    for (let b = 0; b < count; b++) sum += values[b * width + t];
    return sum / count;
  });
  const deviation = at.map((t) => {
    let sum = 0;
    for (let b = 0; b < count; b++) sum += (values[b * width + t] - mean[t]) ** 2;
    return Math.sqrt(sum / count);
  });
  const rounded = (numbers: number[]) =>
    numbers.map((value) => (count > 0 ? Math.round(value * 1e3) / 1e3 : 0));
  return {
    time: at.map((t) => (1000 * (t - before)) / rate),
    mean: rounded(mean),
    deviation: rounded(deviation),
  };
}
