import type { Changes } from "./changes.ts";
import type { Flash, FlashChanges } from "./flash.ts";
import type { LoadedRecord } from "./record.ts";
import type { Intent, Presented, Prospect, SessionUnit } from "./unit.ts";
import type { WorkingCopy } from "./working-copy.ts";

/** What one commit took out of its unit. What the handler does meanwhile stays in the unit, for the next commit. */
export class Batch {
  readonly unit: SessionUnit;
  readonly opened: LoadedRecord | undefined;
  readonly presented: Presented | undefined;
  readonly intent: Intent;
  readonly prospect: Prospect;
  readonly copy: WorkingCopy;
  readonly flash: FlashChanges | undefined;
  readonly changes: Changes;
  /** The data as text, as this request had it when the commit began. */
  readonly snapshot: string;
  /** Data or flash were changed. */
  readonly changed: boolean;
  /** The headers had not left when the commit began, so they can still bring a cookie. */
  readonly deliverable: boolean;
  readonly #flash: Flash;

  constructor(unit: SessionUnit, changed: boolean) {
    const { copy, flash } = unit;
    this.unit = unit;
    this.opened = unit.loaded;
    this.presented = unit.presented;
    this.intent = unit.intent;
    this.prospect = unit.prospect;
    this.changed = changed;
    this.copy = copy;
    const { changes, snapshot } = copy.take();
    this.changes = changes;
    this.snapshot = snapshot;
    this.flash = flash.takeChanges();
    this.deliverable = !unit.headersLeft;
    this.#flash = flash;
    unit.underWay = unit.intent;
    unit.intent = {};
  }

  /** It is written: the unit goes on from `next`. */
  written(next: LoadedRecord, data: string): void {
    this.copy.committed(data);
    this.unit.loaded = next;
    this.unit.claimed = true;
    this.#close();
  }

  /** There was nothing to write of the data. */
  passed(): void {
    this.copy.committed(this.snapshot);
    this.#close();
  }

  /** The session is over for this request: what it still does to it is lost too, unless it starts a new one. */
  over(): void {
    const { unit } = this;
    unit.loaded = undefined;
    if (unit.copy === this.copy) unit.ended = true;
    this.#close();
  }

  /** The commit failed: all that it took is to be done still. */
  restore(): void {
    const { unit } = this;
    if (unit.copy === this.copy) {
      this.copy.restore();
      this.#flash.restore(this.flash);
      unit.intent = { ...this.intent, ...unit.intent };
    }
    unit.underWay = undefined;
  }

  #close(): void {
    this.prospect.renew();
    this.unit.underWay = undefined;
  }
}
