import { SessionConflictError, SessionLimitError } from "../../errors.ts";
import type { HandOffRefusal } from "../../events.ts";
import type { Core } from "../../session/core.ts";
import type { CookieChange } from "../../session/delivery.ts";
import type { LoadedRecord } from "../../session/record.ts";
import type { Strategy } from "../../session/strategy.ts";
import type { SessionUnit } from "../../session/unit.ts";
import type { Transport } from "../transport.ts";
import { arrivalOf, EXCHANGE } from "./arrival.ts";
import { sessionOf } from "./code.ts";
import { inherit, redeem } from "./redeem.ts";

/** The same strategy, whose first commit for a request with a code exchanges that. */
export function exchanging(strategy: Strategy, name: string, carrier: Transport): Strategy {
  const done = new WeakSet<SessionUnit>();
  /** The first session of an exchange that a failing store has stopped: the code is used up, and the commit may be tried again. */
  const begun = new WeakMap<SessionUnit, LoadedRecord>();

  async function exchange(
    core: Core,
    unit: SessionUnit,
    deliverable?: boolean,
  ): Promise<CookieChange> {
    const { degraded } = unit;
    // Who the client is cannot be told, so that nobody's session may be put in place of it.
    if (degraded) throw degraded;
    const refuse = (reason: HandOffRefusal) => {
      done.add(unit);
      core.events.emit("hand-off-refused", { reason });
      return strategy.save(core, unit, deliverable);
    };
    const first = begun.get(unit);
    const found = first ? await again(core, first) : await redeem(core, unit, name, carrier);
    if (typeof found === "string") {
      if (first) unit.startOver({});
      return refuse(found);
    }
    if (!first) await inherit(core, unit, found, carrier);
    begun.set(unit, found);
    try {
      const change = await strategy.save(core, unit, deliverable);
      done.add(unit);
      const { id, userId } = found.record;
      const started = unit.loaded?.record.id;
      if (started)
        core.events.emit("handed-off", { id: started, from: id, userId: userId ?? undefined });
      return change;
    } catch (error) {
      // In conflict with whoever logged in meanwhile.
      const occupied = error instanceof SessionConflictError;
      if (!occupied && !(error instanceof SessionLimitError)) throw error;
      unit.startOver({});
      return refuse(occupied ? "occupied" : "limit");
    }
  }

  return {
    ...strategy,
    save(core, unit, deliverable) {
      const arrives = arrivalOf(unit.request, name) === EXCHANGE && !done.has(unit);
      return arrives ? exchange(core, unit, deliverable) : strategy.save(core, unit, deliverable);
    },
  };
}

/** The session may have ended since, and with it what was to be handed off. */
async function again(core: Core, { record }: LoadedRecord): Promise<LoadedRecord | HandOffRefusal> {
  const { id: from, authenticatedAt } = record;
  return (await sessionOf(core, { from, authenticatedAt })) ?? "ended";
}
