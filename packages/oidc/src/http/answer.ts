import type { HeaderPair } from "@coatcheck/core";

/** A whole response. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: string;
}
