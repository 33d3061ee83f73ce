// A timer that can be set repeatedly: the earliest time wins.

export class Alarm {
  readonly #action: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = 0;

  constructor(action: () => void) {
    this.#action = action;
  }

  set(delayMs: number): void {
    const at = Date.now() + delayMs;
    if (this.#timer && this.#at <= at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#action();
    }, delayMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
