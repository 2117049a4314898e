/**
 * Everything in which Node and browsers differ: a file for each of these names, with these exports, in node/ and in browser/.
 * package.json's `imports` choose between the two, so that nothing else asks where it runs.
 */
export interface Host {
  readonly "async-context": {
    /** Follows what a piece of work starts and awaits; in a browser until it first waits. */
    asyncContext<T>(): AsyncContext<T>;
  };
  readonly events: {
    channel(name: string): Channel;
    /** Lets any number of listeners wait for a signal, without a warning of a leak. */
    allowManyListeners(signal: AbortSignal): void;
  };
  readonly timing: {
    /** Lets messages that have arrived be handled. */
    turn(): Promise<void>;
    /** Runs a task once messages that have arrived are handled. */
    later(task: () => void): void;
    /** What to add to `performance.now()` for a clock that all threads and processes of the machine share. Milliseconds. */
    machineOrigin(): number;
  };
  readonly program: {
    /** 1 where programs have no number */
    readonly processId: number;
    /** Calls the listener when the program ends. @returns stops listening */
    onExit(listener: () => void): () => void;
    warn(text: string): void;
    /** Where to log for debugging; undefined unless whoever started the program asked for it. */
    debugLog(): ((text: string) => void) | undefined;
    /** How many threads can run at once. */
    parallelism(): number;
  };
  readonly memory: {
    /** why a shared memory may be refused */
    readonly whyNoSharedMemory: string;
    /** whether `collectGarbage` does anything */
    readonly canCollectGarbage: boolean;
    /** Runs a full garbage collection, which also finds what became garbage since the event loop turned last. */
    collectGarbage(): void;
  };
  readonly bytes: {
    /** @throws Error for what cannot be read */
    readBytes(url: URL): Promise<Uint8Array>;
    /** The same, at once; undefined for what has to be fetched. @throws Error for a file that cannot be read */
    readBytesSync(url: URL): Uint8Array | undefined;
    /** The same as `sha256`, at once. In a page it is slow: JavaScript computes it. */
    sha256Sync(bytes: Uint8Array): string;
    /** Texts in shared memory, which has to be as large as it is to get. */
    textMemory(memory: SharedArrayBuffer): TextMemory;
    /** @returns hexadecimal digits */
    sha256(bytes: Uint8Array): Promise<string>;
  };
  readonly files: {
    /** @throws Error where there are no files, saying so of `what` */
    requireFiles(what: string): void;
    /** @throws as `requireFiles` */
    fileSystem(what: string): FileSystem;
  };
  readonly "keep-alive": {
    /** Keeps the program alive, as unsettled promises alone and idle workers do not, until the function that it returns is called. */
    keepAlive(): () => void;
  };
  readonly needs: {
    /**
     * Refuses an engine that cannot work here, before anything is started.
     * @throws Error that says what is missing, and what works in its place
     */
    checkHost(target: string, needs: readonly HostNeed[]): void;
    /** @throws Error for options that promise to end a kernel, where none can be ended */
    checkCanEndKernels(options: object, label: string): void;
    /** @throws Error where modules cannot be imported by their address, saying so of `what` */
    checkImports(what: string): void;
  };
  readonly realm: {
    /** A well-known symbol of the host, for a realm that lacks it. */
    hostSymbol(name: "dispose" | "asyncDispose"): symbol | undefined;
    /** Whether it is an Error, of whichever realm; false where only `Error.isError` can tell. */
    isNativeError(value: unknown): boolean;
  };
  readonly terminal: {
    /**
     * A bar on one line of the terminal. The cursor, hidden meanwhile, comes back however the program ends, but for a kill.
     * @returns nothing where there is no terminal
     */
    terminalBar(options: BarOptions): Promise<TerminalBar> | undefined;
  };
  readonly threads: {
    /** @param script URL of a module, which calls `atWorker` */
    startThread(script: URL, data: object): Thread;
    /** In a worker: what it was started with, and how to reach who started it. */
    atWorker<T>(): Promise<WorkerSide<T>>;
  };
}

/** What an engine needs of its host: worker threads, processes (watched from a thread), values sent as bytes. */
export type HostNeed = "threads" | "processes" | "serializer";

export interface AsyncContext<T> {
  run<V extends T, R>(value: V, start: (value: V) => R, argument: V): R;
  getStore(): T | undefined;
}

/** Events that any number of listeners hear, at once and in order. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(event: unknown): void;
  subscribe(listener: (event: any) => void): void;
  unsubscribe(listener: (event: any) => void): void;
}

export interface FileSystem {
  /** @param flags as `fopen` has them; `"r"` unless given */
  open(path: string | URL, flags?: string): Promise<FileHandle>;
  rename(from: string | URL, to: string | URL): Promise<void>;
  rm(path: string | URL, options: { readonly force: boolean }): Promise<void>;
  /** Opens a file for writing, and empties it. */
  openSync(path: string | URL): SyncFile;
}

export interface FileHandle {
  read(
    into: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  write(
    from: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
  stat(): Promise<{ readonly size: number }>;
  /** resolves when the bytes are on the disk */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface SyncFile {
  /** false for pipes and terminals, which have no place to go back to */
  readonly isSeekable: boolean;
  /** @param position where; null for what comes next */
  write(bytes: Uint8Array, position: number | null): void;
  close(): void;
}

export interface BarOptions {
  /** of what is counted; undefined where there is no end */
  readonly total?: number;
  /** as cli-progress takes it */
  readonly format: string;
  /** what the format's own names stand for at first */
  readonly payload: object;
}

export interface TerminalBar {
  update(value: number, payload: object): void;
  /** Leaves the terminal as it was. May be called again. */
  stop(): void;
}

/** Comlink's end of a line, in words that need no types of a browser: declarations lead here. */
export interface Endpoint {
  postMessage(message: any, transfer?: any[]): void;
  addEventListener(type: string, listener: any, options?: object): void;
  removeEventListener(type: string, listener: any, options?: object): void;
  start?: () => void;
}

/** A worker thread, as who started it sees it. */
export interface Thread {
  /** what reports call it */
  readonly name: string;
  readonly endpoint: Endpoint;
  /** every message, those of Comlink included */
  onMessage(listener: (message: unknown) => void): void;
  /** called once, when the thread has ended, after its last message; `error` when it crashed */
  onExit(listener: (error?: Error) => void): void;
  /** whether the thread keeps the program running */
  keepAlive(alive: boolean): void;
  /** resolves when the thread has ended */
  terminate(): Promise<void>;
}

export interface WorkerSide<T> {
  readonly data: T;
  readonly endpoint: Endpoint;
  readonly post: (message: unknown) => void;
}

/** Texts in memory, as UTF-8. */
export interface TextMemory {
  /** Writes a well-formed text, for which there must be room. @returns how many bytes it took */
  write(text: string, at: number): number;
  read(begin: number, end: number): string;
}
