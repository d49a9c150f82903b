/** One thing that must hold, how often it was looked at, and where it did not hold. */
export class Check {
  readonly name: string;
  covered = 0;
  /** What could not be judged, since the outcome of some request is unknown: of which. */
  readonly excuses = new Map<string, number>();
  violations = 0;
  /** The first few, in words. */
  readonly examples: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** `found` is told only when needed: it costs more than the comparison. */
  that(holds: boolean, found: () => string): void {
    this.covered += 1;
    if (!holds) this.fail(found());
  }

  excuse(why: string, times = 1): void {
    this.excuses.set(why, (this.excuses.get(why) ?? 0) + times);
  }

  get excused(): number {
    return [...this.excuses.values()].reduce((sum, times) => sum + times, 0);
  }

  fail(text: string): void {
    this.violations += 1;
    if (this.examples.length < 5) this.examples.push(text);
  }
}

export type Checks = ReturnType<typeof newChecks>;

/** What the ledger holds a store to. */
export function newChecks() {
  return {
    counter: new Check("the counter is the number of acknowledged updates"),
    own: new Check("a client's own key has its last acknowledged value"),
    fresh: new Check("a read sees every write acknowledged before it"),
    kept: new Check("nobody is logged out unasked"),
    jar: new Check("at the end every jar opens its session"),
    revived: new Check("no ended session opens during the run"),
    gone: new Check("at the end no token opens an ended session"),
    expired: new Check("a session left alone expires"),
    limit: new Check("no list is longer than the limit"),
    index: new Check("a user's list names exactly the live sessions"),
    reuse: new Check("a rotation provokes no reuse-detected"),
  };
}
