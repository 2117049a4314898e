import { type Environment, like } from "../environment.js";

const noTypescript: Record<string, string> = {
  20: 'Unknown file extension ".ts"',
  22: "Invalid or unexpected token",
  24: "Invalid or unexpected token",
  26: "Invalid or unexpected token",
};

const ownMain = `
import { tryOwn } from "./own.js";
export const square = (n) => n * n;
console.log(await tryOwn(import.meta.url, square));
`;

const versions = Object.keys(noTypescript).map(
  (version): Environment => ({
    name: `node${version}`,
    title: `Node ${version}`,
    runtime: { package: `node@${version}`, program: "node" },
    program: like(),
    says: { decorated: noTypescript[version] },
    note: "types are stripped by Node 22.18 and later, decorators compiled by none: use tsx",
    files: { "own-main.js": ownMain },
    own: {
      program: (command) => ({ command, args: ["own-main.js"] }),
      said: [
        "Own is in the program's main module",
        "Own is in the program's main module",
        "a worker cannot find the function square by itself",
        "square is in the program's main module",
      ],
    },
  }),
);

export const node: readonly Environment[] = [
  ...versions,
  {
    name: "node18",
    title: "Node 18",
    runtime: { package: "node@18", program: "node" },
    program: like(),
    says: { all: "nogil needs Node 20.19 or later", decorated: noTypescript[20] },
  },
  {
    name: "tsx",
    title: "tsx",
    packages: ["tsx"],
    program: like("--import", "tsx"),
  },
  {
    name: "options",
    title: "`NODE_OPTIONS`: a memory limit, conditions, tsx",
    packages: ["tsx"],
    program: (trial, runtime) => ({
      ...like()(trial, runtime)!,
      env: { NODE_OPTIONS: "--max-old-space-size=1024 --conditions=development --import tsx" },
    }),
  },
];
