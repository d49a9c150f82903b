import type { EventHub } from "@coatcheck/core/token-storage";
import type { Connections } from "../connection/connections.ts";
import type { SignedOut } from "../connection/identity.ts";
import type { Context } from "../context.ts";
import type { OidcEvents } from "../events/events.ts";
import { secureUrl } from "../keys/address.ts";
import type { Fetch } from "../keys/fetch-json.ts";
import { providerKeys } from "../keys/provider-keys.ts";
import type { Settings } from "../options/settings.ts";
import type { Provider } from "../provider/provider.ts";

/** How a provider tells that it has signed somebody out. */
export function providerLogout<Data extends object>(
  settings: Settings<Data>,
  provider: Provider,
  connections: Connections,
  events: EventHub<OidcEvents>,
): Pick<Context<Data>, "backchannel" | "frontchannel"> {
  const { issuer, clientId, algorithm, logoutTokens: types, clock, fetch, timeout } = settings;
  const tellOf =
    (by: OidcEvents["provider-logout"]["by"]) => (who: SignedOut, sessionIds: readonly string[]) =>
      events.emit("provider-logout", {
        by,
        issuer,
        subject: who.subject,
        sid: who.sid,
        sessionIds,
      });
  const keys = providerKeys({
    address: async () => secureUrl("jwks_uri", (await provider.metadata()).jwks_uri),
    clock,
    fetch: fetch as Fetch | undefined,
    timeout: timeout * 1000,
  });
  return {
    backchannel: {
      connections,
      issuer,
      clientId,
      keys,
      algorithm,
      types,
      clock,
      onRefused: (reason) => events.emit("logout-token-refused", { reason }),
      onSignedOut: tellOf("back-channel"),
    },
    frontchannel: settings.frontchannelLogout
      ? { connections, issuer, onSignedOut: tellOf("front-channel") }
      : undefined,
  };
}
