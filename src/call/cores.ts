import { parallelism } from "#host/program";

/** Asks for a core. */
export class CoreRequest {
  #resolve!: (granted: boolean) => void;
  /** whether the core was granted; false once the request was withdrawn */
  readonly settled = new Promise<boolean>((resolve) => {
    this.#resolve = resolve;
  });
  granted = false;

  constructor(
    readonly core: Core,
    readonly limit: number,
  ) {}

  grant(): void {
    this.core.users++;
    this.granted = true;
    this.#resolve(true);
  }

  /** Takes the request back, if it was not granted yet. */
  withdraw(): void {
    if (this.core.share.cores.withdraw(this)) this.#resolve(false);
  }
}

/** One worker's core: its users have it together, from the first that acquires it to the last that releases it. */
export class Core {
  users = 0;
  /** whether it is being given up: who asks for it now gets it after its last user released it */
  yielding = false;

  constructor(
    readonly share: Share,
    private readonly onIdle?: () => void,
  ) {}

  /**
   * Asks for the core, which is granted before this returns if it can be, and else in the order of asking. An engine that
   * has none is given one whatever the others have, so that an item that never ends holds up no other engine.
   * @param limit go on until so many cores are in use, if that is more than the budget
   */
  acquire(limit = 0): CoreRequest {
    const request = new CoreRequest(this, limit);
    if (this.users > 0 && !this.yielding) request.grant();
    else this.share.cores.add(request);
    return request;
  }

  release(): void {
    if (--this.users > 0) return;
    this.yielding = false;
    this.onIdle?.();
    this.share.used--;
    this.share.cores.settle();
  }
}

/**
 * Called whenever it may have changed how many cores others wait for that the engine could do without, and how many
 * requests wait in all.
 */
export type OnRequests = (missing: number, waiting: number) => void;

/** An engine's part in a budget of cores. */
export class Share {
  /** cores that it has */
  used = 0;
  #reported = 0;

  constructor(
    readonly cores: Cores,
    private readonly onRequests?: OnRequests,
  ) {}

  /** A core for one worker, not acquired yet. @param onIdle called when its last user has released it, before another gets it */
  core(onIdle?: () => void): Core {
    return new Core(this, onIdle);
  }

  /** How many cores would be granted at once. */
  available(limit = 0): number {
    const { total, used } = this.cores;
    return Math.max(0, Math.max(limit, total) - used, this.used === 0 ? 1 : 0);
  }

  /** @param requests those that wait */
  report(requests: readonly CoreRequest[]): void {
    if (!this.onRequests || requests.length + this.#reported === 0) return;
    this.#reported = requests.length;
    const others = requests.filter(({ core }) => core.share !== this).length;
    const { total, used } = this.cores;
    // what is in use beyond the budget is missing too
    const missing = others === 0 ? 0 : Math.max(0, Math.min(used + others - total, this.used - 1));
    this.onRequests(missing, requests.length);
  }
}

/**
 * A semaphore over the cores that the busy workers of several engines share: one core a worker. At most so many are in use
 * as there are, and one more for each engine but the first that would else have none; only calls with an explicit number
 * of workers may go beyond.
 */
export class Cores {
  readonly #shares: Share[] = [];
  // in the order of asking
  readonly #requests = new Set<CoreRequest>();

  constructor(readonly total = parallelism()) {}

  get used(): number {
    return this.#shares.reduce((sum, { used }) => sum + used, 0);
  }

  get waiting(): number {
    return this.#waiting().length;
  }

  join(onRequests?: OnRequests): Share {
    const share = new Share(this, onRequests);
    this.#shares.push(share);
    return share;
  }

  add(request: CoreRequest): void {
    this.#requests.add(request);
    this.settle();
  }

  /** @returns false if it was granted, or withdrawn before */
  withdraw(request: CoreRequest): boolean {
    const waited = this.#requests.delete(request);
    if (waited) this.settle();
    return waited;
  }

  /** Grants what can be granted now. */
  settle(): void {
    // whoever is granted a core may release it at once
    for (const { core, limit } of this.#requests) {
      if (core.users > 0 || core.share.available(limit) === 0) continue;
      core.share.used++;
      // one core is enough for all who wait for the same worker
      for (const request of this.#requests) {
        if (request.core === core && this.#requests.delete(request)) request.grant();
      }
    }
    const waiting = this.#waiting();
    for (const share of this.#shares) share.report(waiting);
  }

  // a core that is being given up is asked for again when it was
  #waiting(): CoreRequest[] {
    return [...this.#requests].filter(({ core }) => !core.yielding);
  }
}

/** The cores of this process. */
export const cores = new Cores();
