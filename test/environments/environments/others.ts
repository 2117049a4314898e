import { type Environment, like } from "../environment.js";

const ownMain = `
import { tryOwn } from "./own.js";
export const square = (n) => n * n;
console.log(await tryOwn(import.meta.url, square));
`;
const noSerializer = "sends values by node:v8's Serializer, which Bun";

export const others: readonly Environment[] = [
  {
    name: "bun",
    title: "Bun 1.4",
    runtime: { package: "bun@1.4.5", program: "bun" },
    program: like(),
    says: {
      kernelFaults: "a kernel that runs cannot be ended in Bun",
      threads: noSerializer,
      async: noSerializer,
      processes: noSerializer,
      decorated: noSerializer,
      shared: noSerializer,
    },
  },
  {
    name: "deno",
    title: "Deno 2.9",
    runtime: { package: "deno@2.9.6", program: "deno" },
    program: like("run", "--allow-all"),
    files: { "own-main.js": ownMain },
    own: {
      program: (command) => ({ command, args: ["run", "--allow-all", "own-main.js"] }),
      said: [
        "Own is in the program's main module",
        "Own is in the program's main module",
        "a worker cannot find the function square by itself",
        "square is in the program's main module",
      ],
    },
  },
];
