import { Worker } from "node:worker_threads";

const watcher = `
const { workerData: parent } = require("node:worker_threads");
const never = new Int32Array(new SharedArrayBuffer(4));
// on Windows ppid stays what it was when the parent is gone
const lives = () => {
  try {
    return process.kill(parent, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
};
while (process.ppid === parent && lives()) Atomics.wait(never, 0, 0, 500);
process.kill(process.pid, "SIGKILL");
`;

/**
 * Ends this process soon after its parent, whatever it is doing: in a thread of its own, since an item that never ends
 * keeps the main one from hearing that the parent is gone.
 */
export function watchParent(): void {
  new Worker(watcher, { eval: true, workerData: process.ppid, execArgv: [], env: {} }).unref();
}
