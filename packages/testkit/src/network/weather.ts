import type { NetworkDirection, NetworkFault } from "./fault.ts";
import { signal } from "./signal.ts";

/** The fault in force, shared by all connections of a proxy, and what it has done so far. */
export class Weather {
  readonly #changes = signal();
  readonly #strikes = signal();
  #fault: NetworkFault | undefined;
  #struck = 0;
  #requests = 0;
  #over = false;

  get fault(): NetworkFault | undefined {
    return this.#fault;
  }

  get struck(): number {
    return this.#struck;
  }

  change(fault: NetworkFault): void {
    this.#fault = fault;
    this.#struck = 0;
    this.#requests = 0;
    this.#changes.fire();
  }

  /** Nothing is wrong any more; `struck` stays readable. */
  clear(): void {
    this.#fault = undefined;
    this.#changes.fire();
  }

  end(): void {
    this.clear();
    this.#over = true;
    this.#strikes.fire();
  }

  strike(): void {
    this.#struck += 1;
    this.#strikes.fire();
  }

  async untilStruck(times: number): Promise<void> {
    while (this.#struck < times) {
      if (this.#over) throw new Error(`closed after ${this.#struck} strikes of ${times}`);
      await this.#strikes.next;
    }
  }

  /** Waits while bytes of this direction are held. */
  async passage(direction: NetworkDirection): Promise<void> {
    if (!this.#holds(direction)) return;
    this.strike();
    while (this.#holds(direction)) await this.#changes.next;
  }

  /** Waits `ms` milliseconds, or until `fault` is no longer in force: no timer outlives the fault that set it. */
  async pause(fault: NetworkFault, ms: number): Promise<void> {
    if (this.#fault !== fault) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      void this.#changes.next.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /**
   * Whether a request counts and whether its reply is to be lost.
   *
   * @param request - its bytes so far
   * @param isNew - whether they are its first
   */
  judge(request: Buffer, isNew: boolean): "other" | "counted" | "lost" {
    const fault = this.#fault;
    if (fault?.kind !== "lose-reply" || !matches(fault.match, request, isNew)) return "other";
    this.#requests += 1;
    const first = fault.nth ?? 1;
    const isLost = this.#requests >= first && this.#requests < first + (fault.times ?? 1);
    return isLost ? "lost" : "counted";
  }

  #holds(direction: NetworkDirection): boolean {
    if (this.#fault?.kind !== "stall") return false;
    const held = this.#fault.direction ?? "both";
    return held === "both" || held === direction;
  }
}

function matches(
  match: string | ((request: Buffer) => boolean) | undefined,
  request: Buffer,
  isNew: boolean,
): boolean {
  if (match === undefined) return isNew;
  return typeof match === "string" ? request.includes(match) : match(request);
}
