import { type Clock, createSessions, type SessionsOptions } from "@coatcheck/core";
import { generateKey } from "@coatcheck/core/sealed";
import { createOidc, type OidcOptions } from "@coatcheck/oidc";
import { resourceServer } from "@coatcheck/oidc/resource";
import { Browser } from "../browser/browser.ts";
import { Web } from "../browser/web.ts";
import { API, client, type ProviderOptions } from "../provider/options.ts";
import { TestProvider } from "../provider/provider.ts";
import type { Data, Framework, Parts } from "./app.ts";
import { DESK, SHOP, type Site } from "./sites.ts";
import { memory, type Storage } from "./storages.ts";
import { Watch } from "./watch.ts";

export interface AppOptions {
  readonly site?: Site;
  readonly storage?: Storage;
  readonly provider?: TestProvider;
  /** For those who sign in under `/other`. */
  readonly second?: TestProvider;
  readonly oidc?: Partial<OidcOptions<Data>>;
  readonly sessions?: Partial<SessionsOptions<Data>>;
}

export interface App extends Parts {
  readonly site: Site;
}

/** A provider, applications behind the names of their sites, browsers; and a watch over all that is said. */
export class World {
  readonly web = new Web();
  readonly watch = new Watch();
  readonly providers: TestProvider[] = [];
  /** By how much the applications' clocks are ahead of the provider's, in milliseconds. */
  ahead = 0;
  readonly clock: Clock = () => Date.now() + this.ahead;
  readonly #cleanups: Array<() => unknown> = [];

  static async start(options: Partial<ProviderOptions> = {}): Promise<World> {
    const world = new World();
    await world.addProvider(options);
    return world;
  }

  async addProvider(options: Partial<ProviderOptions> = {}): Promise<TestProvider> {
    const clients = [SHOP, DESK].map(({ id, secret, origin }) => client(id, secret, origin));
    const provider = await TestProvider.start({ clients, ...options }, this.web.fetch);
    this.providers.push(provider);
    return provider;
  }

  get provider(): TestProvider {
    return this.providers[0] as TestProvider;
  }

  /** An application at its site until `leave`, in place of what was there. */
  async app(framework: Framework, options: AppOptions = {}): Promise<App> {
    const { site = SHOP, storage = memory, provider = this.provider } = options;
    const { clock } = this;
    const opened = await storage.open(clock);
    const sessions = createSessions<Data>({ storage: opened.storage, clock, ...options.sessions });
    const { issuer } = provider;
    const keys = generateKey();
    const tie = (to: TestProvider, more: Partial<OidcOptions<Data>>) =>
      createOidc<Data>({
        sessions,
        store: opened.store,
        keys,
        issuer: to.issuer,
        clientId: site.id,
        clientSecret: site.secret,
        baseUrl: site.origin,
        clock,
        ...more,
      });
    const oidc = tie(provider, options.oidc ?? {});
    const second = options.second && tie(options.second, { ...options.oidc, path: "/other" });
    const api = resourceServer({ issuer, audience: API, clock });
    const parts = {
      sessions,
      oidc,
      second,
      api,
      log: (text: string) => this.watch.log(text),
      note: (thing: unknown) => this.watch.note("object", thing),
    };
    this.watch.hear(site.id, parts);
    const { port, close } = await framework.start(parts);
    this.web.host(site.origin, port);
    this.#cleanups.push(close, () => sessions.close(), opened.close);
    return { ...parts, site };
  }

  browser(person = "ann"): Browser {
    return new Browser(this.web, person);
  }

  /** Ends the applications that were started since, and sets the clocks right. */
  async leave(): Promise<void> {
    this.ahead = 0;
    for (const provider of this.providers) {
      provider.beforeAnswer = undefined;
      provider.authentication = { acr: "pwd", amr: ["pwd"] };
    }
    for (const cleanup of this.#cleanups.splice(0)) await cleanup();
  }

  /** Ends everything, and asserts that none of it told a secret. */
  async end(): Promise<void> {
    await this.leave();
    for (const provider of this.providers) await provider.down().catch(() => {});
    this.watch.end(this.web, this.providers, [SHOP, DESK]);
  }
}
