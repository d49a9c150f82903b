import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";

/** Microseconds between two looks. */
const INTERVAL = 100;

/** Profiles of this process's CPU. */
export class Profiler {
  readonly #session = new Session();
  #file = "";

  async begin(file: string): Promise<void> {
    this.#file = file;
    this.#session.connect();
    await this.#session.post("Profiler.enable");
    await this.#session.post("Profiler.setSamplingInterval", { interval: INTERVAL });
    await this.#session.post("Profiler.start");
  }

  async end(): Promise<void> {
    const { profile } = await this.#session.post("Profiler.stop");
    writeFileSync(this.#file, JSON.stringify(profile));
    this.#session.disconnect();
  }
}
