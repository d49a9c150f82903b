/** Something that happens again and again. */
export interface Signal {
  /** Resolves the next time it happens. */
  readonly next: Promise<void>;
  fire(): void;
}

export function signal(): Signal {
  let waiting = Promise.withResolvers<void>();
  return {
    get next() {
      return waiting.promise;
    },
    fire() {
      waiting.resolve();
      waiting = Promise.withResolvers();
    },
  };
}
