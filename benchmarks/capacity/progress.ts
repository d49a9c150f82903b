/** One line that is written over on a terminal, and a line every five seconds elsewhere. */
export class Progress {
  #last = 0;

  show(text: string): void {
    const terminal = process.stderr.isTTY === true;
    const now = performance.now();
    if (now - this.#last < (terminal ? 200 : 5_000)) return;
    this.#last = now;
    process.stderr.write(terminal ? `\r\u001b[K${text}` : `${text}\n`);
  }

  end(): void {
    if (process.stderr.isTTY === true) process.stderr.write("\r\u001b[K");
  }
}
