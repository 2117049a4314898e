// how soon listeners are called, in milliseconds
const interval = 5;

const { get: wasAborted } = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")!;

/**
 * A signal that fires when a poll gives a reason. Who asks it polls, so that a loop which never gives way to the event
 * loop sees it too; listeners are called a few milliseconds later.
 */
export class PolledSignal {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setInterval>;

  /** @param poll gives the reason once there is one */
  constructor(private readonly poll: () => Error | undefined) {
    this.signal = this.#controller.signal;
    const aborted = (): boolean => {
      this.#check();
      return wasAborted!.call(this.signal);
    };
    Object.defineProperties(this.signal, {
      aborted: { get: aborted, configurable: true },
      throwIfAborted: {
        value: () => {
          if (aborted()) throw this.signal.reason;
        },
        configurable: true,
      },
    });
    this.#timer = setInterval(() => this.#check(), interval);
    (this.#timer as { unref?(): void }).unref?.();
    this.#check();
  }

  /** The item is over: the signal fires if there is a reason, and never after that. */
  end(): void {
    this.#check();
    clearInterval(this.#timer);
  }

  #check(): void {
    if (wasAborted!.call(this.signal)) return;
    const reason = this.poll();
    if (!reason) return;
    clearInterval(this.#timer);
    this.#controller.abort(reason);
  }
}
