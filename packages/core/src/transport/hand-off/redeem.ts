import type { HandOffRefusal } from "../../events.ts";
import { isHostOf } from "../../request/origin.ts";
import { headerOf } from "../../request/request.ts";
import { lasting } from "../../session/authentication.ts";
import type { Core } from "../../session/core.ts";
import { type LoadedRecord, parseData } from "../../session/record.ts";
import { loadValues } from "../../session/schema.ts";
import type { SessionUnit } from "../../session/unit.ts";
import { parametersOf } from "../parameter.ts";
import type { Transport } from "../transport.ts";
import { openTicket, recordIdOf, sessionOf } from "./code.ts";

/** Uses a request's code up. Gives the session that it hands off, or why none. */
export async function redeem(
  core: Core,
  unit: SessionUnit,
  name: string,
  carrier: Transport,
): Promise<LoadedRecord | HandOffRefusal> {
  const { request, facts } = unit;
  const codes = parametersOf(request.url, name);
  const id = codes.length === 1 ? recordIdOf(core, codes[0] as string) : undefined;
  const ticket = id && openTicket(core, await core.store.read(id));
  // Of requests with one code at the same time, the one that removes it has it.
  if (!id || !ticket || !(await core.store.destroy(id))) return "unknown";
  if (!isHostOf(URL.parse(ticket.to), request, facts)) return "elsewhere";
  if (isOccupied(core, unit, carrier)) return "occupied";
  if (core.cookie.sameSite === "strict" && isFromElsewhere(unit)) return "cross-site";
  return (await sessionOf(core, ticket)) ?? "ended";
}

/** An attacker can lead a victim here with a code of the attacker's own (login CSRF): who is logged in, or was a moment ago, stays it. */
function isOccupied(core: Core, unit: SessionUnit, carrier: Transport): boolean {
  const { opened, match, request } = unit;
  if (unit.userId !== undefined || match === "superseded") return true;
  // Of several cookies none was used, and one may be that of a login.
  return !opened && carrier.read(core, request).length > 1;
}

/** Browsers keep SameSite=Strict cookies back then, so that nobody can tell whether the client is logged in. */
function isFromElsewhere({ request }: SessionUnit): boolean {
  const site = headerOf(request.headers, "sec-fetch-site");
  return site !== "same-origin" && site !== "same-site";
}

/** Makes the unit start a session of its own in the likeness of another one. */
export async function inherit(
  core: Core,
  unit: SessionUnit,
  { record, state }: LoadedRecord,
  carrier: Transport,
): Promise<void> {
  const { id, userId, authenticatedAt } = record;
  const values = await loadValues(core, id, parseData(record.data));
  unit.transport = carrier;
  unit.startOver({
    regenerate: true,
    endsAt: state.endsAt,
    // Gone with the browser: to be remembered here as well is the user's decision.
    ...(userId !== null &&
      authenticatedAt !== null && {
        login: { userId, authenticatedAt },
        auth: lasting(state.auth),
      }),
  });
  for (const [key, value] of Object.entries(values)) unit.copy.set(key, value);
}
