/** Prints one line a check as it ends, and counts. */
export class Report {
  passed = 0;
  failed = 0;
  skipped = 0;

  pass(name: string): void {
    this.passed++;
    console.log(`ok    ${name}`);
  }

  fail(name: string, why: string): void {
    this.failed++;
    console.log(`FAIL  ${name}\n${why.trim().replace(/^/gm, "      ")}`);
  }

  skip(name: string, why: string): void {
    this.skipped++;
    console.log(`skip  ${name}: ${why}`);
  }

  /** Passes when there is nothing to complain of. */
  check(name: string, complaint: string): void {
    if (complaint === "") this.pass(name);
    else this.fail(name, complaint);
  }

  /** Prints the sum; a failure makes the process fail. */
  end(): void {
    console.log(`${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`);
    if (this.failed > 0) process.exitCode = 1;
  }
}
