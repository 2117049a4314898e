// Builds every kernel module that tests, benchmarks and examples run; only what changed.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const builds = [
  ["test/fixtures/assembly/kernels.ts", "test/fixtures/build"],
  ["test/fixtures/assembly/kept.ts", "test/fixtures/build"],
  ["bench/assembly/arrays.ts", "bench/build"],
  ["bench/assembly/engine.ts", "bench/build"],
  ["bench/assembly/kept.ts", "bench/build"],
  ["bench/assembly/memo.ts", "bench/build"],
  ["bench/assembly/overhead.ts", "bench/build"],
  ["bench/assembly/random.ts", "bench/build"],
  ["bench/assembly/simd.ts", "bench/build", "--allow-unsafe"],
  ["bench/assembly/soak.ts", "bench/build"],
  ["examples/ecg/assembly/kernels.ts", "examples/ecg/build"],
  ["examples/table/assembly/kernels.ts", "examples/table/build"],
];

for (const [entry, out, ...options] of builds) {
  const command = ["dist/compiler/cli.js", "build", entry, "--out", out, ...options];
  execFileSync(process.execPath, command, { cwd: root, stdio: "inherit" });
}
