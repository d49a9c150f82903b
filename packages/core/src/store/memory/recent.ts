/** What was asked for lately, by its text: the last `half` texts at least, and never more than twice as many. */
export class Recent<Value extends object> {
  readonly #half: number;
  #young = new Map<string, Value>();
  #old = this.#young;

  constructor(half: number) {
    this.#half = half;
  }

  get(text: string): Value | undefined {
    const value = this.#young.get(text);
    if (value) return value;
    const kept = this.#old.get(text);
    if (kept) this.set(text, kept);
    return kept;
  }

  set(text: string, value: Value): void {
    // A generation goes at once, so that nothing has to be moved at each reading.
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, value);
  }

  delete(text: string): void {
    // Only what is there: V8 keeps each string that a map is asked to delete, and all wait when its table of them grows.
    if (this.#young.has(text)) this.#young.delete(text);
    if (this.#old.has(text)) this.#old.delete(text);
  }
}
