// our declarations name these, and a project may have neither the types of Node nor those of a browser. empty, they add
// nothing where there are some
declare global {
  interface AbortSignal {}
  interface URL {}
}

export {};
