import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const built = (file: string) => fileURLToPath(new URL(`./dist/${file}`, import.meta.url));

export default defineConfig({
  resolve: {
    // tests import the built package by its public name, as users do
    alias: [
      // what tests import of the sources is of one piece
      {
        find: /^#host\/(.*)$/,
        replacement: fileURLToPath(new URL("./src/hosts/node/$1.ts", import.meta.url)),
      },
      { find: /^nogil$/, replacement: built("index.js") },
      { find: /^nogil\/(arrow|compiler|npy)$/, replacement: built("$1/index.js") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    server: { deps: { external: [/\/dist\//] } },
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { requireAssertions: true },
  },
});
