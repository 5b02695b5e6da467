// When is the worker asked again?

const EVERY = 2000;
const LONGEST = 30000;

/** Ask again and again: less often while it fails, not at all while nobody can see the page. */
export class Poll {
  #ask;
  #failures = 0;
  #timer = null;
  #running = false;
  #again = false;
  #held = false;

  constructor(ask) {
    this.#ask = ask;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#cancel() : this.now()));
    window.addEventListener("online", () => this.now());
  }

  /** Whether updates are held. */
  get held() {
    return this.#held;
  }

  hold(held) {
    this.#held = held;
    if (held) this.#cancel();
    else this.now();
  }

  /** Ask at once, also while updates are held. */
  async now() {
    this.#cancel();
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    const succeeded = await this.#ask();
    this.#running = false;
    this.#failures = succeeded ? 0 : this.#failures + 1;
    const again = this.#again;
    this.#again = false;
    if (again) this.now();
    else this.#plan();
  }

  /** Milliseconds until the worker is asked again. */
  get pause() {
    return Math.min(EVERY * 2 ** this.#failures, LONGEST);
  }

  #plan() {
    if (this.#held || document.hidden) return;
    const spread = this.#failures ? 0.8 + 0.4 * Math.random() : 1;
    this.#timer = setTimeout(() => this.now(), this.pause * spread);
  }

  #cancel() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}
