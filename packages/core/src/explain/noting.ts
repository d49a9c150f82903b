import { SessionError } from "../errors.ts";
import type { Batch } from "../session/batch.ts";
import type { HeaderPair } from "../session/delivery.ts";
import { isTouchDue } from "../session/lifetime.ts";
import type { SessionUnit } from "../session/unit.ts";
import type { Step } from "./trace.ts";

/** What a request wants when its commit begins. */
export function noteWish(step: Step, unit: SessionUnit, deliverable: boolean | undefined): void {
  const { clock, timeouts } = unit.core;
  const { intent, looked, ended, loaded, headersLeft } = unit;
  step.intent = intent;
  step.looked = looked;
  step.wasOver = ended;
  step.deliverable = deliverable ?? !headersLeft;
  step.touchDue = !!loaded && isTouchDue(loaded.record, clock(), timeouts);
}

/** What the commit has decided to do with it. Where it decides again, what was wanted is known already. */
export function noteDecision(step: Step, batch: Batch, decision: { readonly kind: string }): void {
  if (!step.decision) {
    const { changes, flash, intent } = batch;
    const flashes = [...(flash?.keys ?? [])];
    step.intent = intent;
    step.cleared = changes.retain !== undefined;
    step.written = [...changes.keys.keys()];
    step.flashed = flashes.filter(([, { updaters }]) => !updaters).map(([key]) => key);
    step.flashRead = flashes.filter(([, { updaters }]) => updaters).map(([key]) => key);
  }
  step.decision = decision;
}

/** The headers, without the token in them. */
export function noteHeaders(step: Step, headers: readonly HeaderPair[]): void {
  step.headers = headers.map(([name, value]) => [name, name === "vary" ? value : ""]);
}

/** Of the two reasons for which a cookie does not reach the client, the one that the connection gives. */
export function isInsecure(failure: unknown, unit: SessionUnit | undefined): boolean {
  if (!unit || !(failure instanceof SessionError) || failure.code !== "cookie") return false;
  const { core, transport } = unit;
  try {
    transport.check(core, unit);
    return false;
  } catch {
    return true;
  }
}
