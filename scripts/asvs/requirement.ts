/** A requirement of OWASP ASVS 5.0, and what this repository has to say of it. */
export interface Requirement {
  readonly id: string;
  readonly level: 1 | 2 | 3;
  /** What it demands, in our own words. */
  readonly demand: string;
  /**
   * `met`: by the library, with tests. `app`: only the application can, and `how` says by which hook; what tests there are show the hook. `doc`: by what is written down, with
   * tests that it is true.
   */
  readonly status: "met" | "app" | "doc";
  /** What holds without any option. */
  readonly ours: string;
  /** The options and calls that serve it, as Markdown. */
  readonly how: string;
}

export interface Section {
  readonly title: string;
  readonly requirements: readonly Requirement[];
}
