import { parallelism } from "#host/program";

/** An engine's part in a budget of cores. */
export interface Share {
  /** Cores that it has. */
  readonly used: number;
  /** Cores that `acquire` would give at once. */
  available(limit?: number): number;
  /**
   * Takes a core: now, or when one comes free, in the order of asking. An engine that has none is given one whatever the
   * others have, so that an item that never ends holds up no other engine.
   * @param granted called once, before this returns if a core is free
   * @param limit give cores until so many are in use, if that is more than the budget
   * @returns withdraws a request that was not granted yet
   */
  acquire(granted: () => void, limit?: number): () => void;
  release(): void;
}

interface Request {
  readonly share: Member;
  readonly granted: () => void;
  readonly limit: number;
}

/**
 * The cores that the busy workers of several engines share: one core a worker. At most so many are in use as there are,
 * and one more for each engine but the first that would else have none; only calls with an explicit number of workers may
 * go beyond.
 */
export class Cores {
  readonly #members: Member[] = [];
  readonly #watchers: ((waiting: number) => void)[] = [];
  // in the order of asking
  readonly #requests = new Set<Request>();
  #used = 0;

  constructor(readonly total = parallelism()) {}

  get used(): number {
    return this.#used;
  }

  get waiting(): number {
    return this.#requests.size;
  }

  /** @param wanted told how many cores others wait for that the engine could do without, whenever that may have changed */
  join(wanted?: (cores: number) => void): Share {
    const member = new Member(this, wanted);
    this.#members.push(member);
    return member;
  }

  /** @param changed told how many requests wait, whenever that may have changed */
  watch(changed: (waiting: number) => void): void {
    this.#watchers.push(changed);
  }

  room(member: Member, limit: number): number {
    return Math.max(Math.max(limit, this.total) - this.#used, member.used === 0 ? 1 : 0);
  }

  request(request: Request): () => void {
    this.#requests.add(request);
    this.#settle();
    return () => {
      if (this.#requests.delete(request)) this.#settle();
    };
  }

  release(member: Member): void {
    member.used--;
    this.#used--;
    this.#settle();
  }

  #settle(): void {
    // whoever is granted a core may give it back at once
    for (const request of this.#requests) {
      const { share, limit, granted } = request;
      if (this.room(share, limit) < 1) continue;
      this.#requests.delete(request);
      share.used++;
      this.#used++;
      granted();
    }
    for (const changed of this.#watchers) changed(this.waiting);
    for (const member of this.#members) if (member.wanted) member.tell(this.#missing(member));
  }

  // what is in use beyond the budget is missing too
  #missing(member: Member): number {
    let others = 0;
    for (const { share } of this.#requests) if (share !== member) others++;
    if (others === 0) return 0;
    return Math.max(0, Math.min(this.#used + others - this.total, member.used - 1));
  }
}

class Member implements Share {
  used = 0;
  #told = 0;

  constructor(
    readonly cores: Cores,
    readonly wanted?: (cores: number) => void,
  ) {}

  available(limit = 0): number {
    return Math.max(0, this.cores.room(this, limit));
  }

  acquire(granted: () => void, limit = 0): () => void {
    return this.cores.request({ share: this, granted, limit });
  }

  release(): void {
    this.cores.release(this);
  }

  tell(cores: number): void {
    if (cores === 0 && this.#told === 0) return;
    this.#told = cores;
    this.wanted?.(cores);
  }
}

/** The cores of this process. */
export const cores = new Cores();
