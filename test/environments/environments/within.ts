import type { Environment } from "../environment.js";

const files = {
  "in-worker.js": `
import { Worker } from "node:worker_threads";
const worker = new Worker(new URL("./trial.js", import.meta.url), { argv: process.argv.slice(2) });
worker.on("error", (error) => console.log("error: " + error.stack));
`,
  "in-cluster.js": `
import cluster from "node:cluster";
if (cluster.isPrimary) cluster.fork();
else {
  await import("./trial.js");
  cluster.worker.disconnect();
}
`,
  "trial.cjs": `
require("./trials.js")[process.argv[2]]().then(
  (result) => console.log("result: " + result),
  (error) => console.log("error: " + error.stack),
);
`,
};

function within(
  name: string,
  title: string,
  args: readonly string[],
  more: Partial<Environment> = {},
): Environment {
  return {
    name,
    title,
    files,
    program: (trial, command) =>
      trial.name === "build" || trial.name === "decorated"
        ? undefined
        : { command, args: [...args, trial.name] },
    ...more,
  };
}

const noWorkers = "needs what Node's permission model forbids here: start Node with --allow-worker";
const noChildren = "needs what Node's permission model forbids here: start Node with --allow-child-process";
const runtime = { package: "node@24", program: "node" };
const permission = ["--permission", "--allow-fs-read=*", "--allow-fs-write=*"];

export const inside: readonly Environment[] = [
  within("worker", "within a worker thread of your own", ["in-worker.js"]),
  within("cluster", "within a process of `node:cluster`", ["in-cluster.js"]),
  within("require", "`require` from CommonJS", ["trial.cjs"]),
  within("permission", "Node 24, `--permission`", [...permission, "trial.js"], {
    runtime,
    says: {
      kernels: noWorkers,
      threads: noWorkers,
      async: noWorkers,
      processes: noChildren,
      pipeline: noWorkers,
      shutdown: noWorkers,
    },
  }),
  within(
    "permitted",
    "Node 24, `--permission --allow-worker --allow-child-process`",
    [...permission, "--allow-worker", "--allow-child-process", "trial.js"],
    { runtime },
  ),
];
