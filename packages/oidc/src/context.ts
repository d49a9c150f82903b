import type { EventHub } from "@coatcheck/core/token-storage";
import type { BackchannelLogout } from "./backchannel/answer.ts";
import type { Connections } from "./connection/connections.ts";
import type { OidcEvents } from "./events/events.ts";
import type { FrontchannelLogout } from "./frontchannel/answer.ts";
import type { Settings } from "./options/settings.ts";
import type { Provider } from "./provider/provider.ts";
import type { ErrandCookies } from "./transaction/cookies.ts";

/** All that the routes work with. Made once. */
export interface Context<Data extends object> {
  readonly settings: Settings<Data>;
  readonly provider: Provider;
  readonly connections: Connections;
  readonly events: EventHub<OidcEvents>;
  readonly logins: ErrandCookies;
  /** What a provider posted, until the browser has come back with its session's cookie. */
  readonly responses: ErrandCookies;
  readonly logouts: ErrandCookies;
  readonly backchannel: BackchannelLogout;
  /** `undefined` where it is off. */
  readonly frontchannel: FrontchannelLogout | undefined;
}
