import type { Tally } from "./tally.ts";

export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tells how it goes: one line that is written again and again, or in a file one every few seconds. */
export class Progress {
  readonly #timer: NodeJS.Timeout;
  readonly #output: Output;
  #since = performance.now();

  constructor(tally: Tally, endsAt: number, output: Output) {
    this.#output = output;
    const tell = () => {
      const left = Math.max(0, Math.round((endsAt - performance.now()) / 1_000));
      const line = this.#line(tally, left);
      output.write(output.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    };
    this.#timer = setInterval(tell, output.isTTY ? 500 : 5_000);
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#output.isTTY) this.#output.write("\r\x1b[K");
  }

  #line(tally: Tally, left: number): string {
    const now = performance.now();
    const recent = tally.take();
    const rate = Math.round((recent.count / (now - this.#since)) * 1_000);
    this.#since = now;
    return [
      `${left} s left`,
      `${number(rate)} op/s`,
      `${number(tally.failures)} errors`,
      `${number(tally.conflicts)} conflicts`,
      `p50 ${recent.quantile(0.5).toFixed(2)} ms`,
      `p99 ${recent.quantile(0.99).toFixed(2)} ms`,
    ].join(" · ");
  }
}

export const number = (value: number): string => Math.round(value).toLocaleString("en");
