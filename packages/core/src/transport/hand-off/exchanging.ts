import { SessionLimitError } from "../../errors.ts";
import type { Core } from "../../session/core.ts";
import type { CookieChange } from "../../session/delivery.ts";
import type { Strategy } from "../../session/strategy.ts";
import type { SessionUnit } from "../../session/unit.ts";
import type { Transport } from "../transport.ts";
import { arrivalOf, EXCHANGE } from "./arrival.ts";
import { inherit, redeem } from "./redeem.ts";

/** The same strategy, whose first commit for a request with a code exchanges that. */
export function exchanging(strategy: Strategy, name: string, carrier: Transport): Strategy {
  const done = new WeakSet<SessionUnit>();

  async function exchange(
    core: Core,
    unit: SessionUnit,
    deliverable?: boolean,
  ): Promise<CookieChange> {
    const { degraded } = unit.opening;
    // Who the client is cannot be told, so that nobody's session may be put in place of it.
    if (degraded) throw degraded;
    const found = await redeem(core, unit, name);
    done.add(unit);
    if (typeof found === "string") {
      core.events.emit("hand-off-refused", { reason: found });
      return strategy.save(core, unit, deliverable);
    }
    await inherit(core, unit, found, carrier);
    try {
      const change = await strategy.save(core, unit, deliverable);
      const { id, userId } = found.record;
      const started = unit.loaded?.record.id;
      if (started)
        core.events.emit("handed-off", { id: started, from: id, userId: userId ?? undefined });
      return change;
    } catch (error) {
      if (!(error instanceof SessionLimitError)) throw error;
      core.events.emit("hand-off-refused", { reason: "limit" });
      unit.startOver({});
      return strategy.save(core, unit, deliverable);
    }
  }

  return {
    ...strategy,
    save(core, unit, deliverable) {
      const arrives = arrivalOf(unit.opening.request, name) === EXCHANGE && !done.has(unit);
      return arrives ? exchange(core, unit, deliverable) : strategy.save(core, unit, deliverable);
    },
  };
}
