import { turn } from "#host/timing";

// how long batches may keep timers, signals and other tasks from being heard
const most = 16;

/** Gives way to other tasks in a run whose steps never wait for anything: batch after batch would come without end. */
export class EventLoop {
  #turned = performance.now();

  isDue(): boolean {
    return performance.now() - this.#turned >= most;
  }

  async giveWay(): Promise<void> {
    await turn();
    this.#turned = performance.now();
  }
}
