import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { JWK, JWTPayload } from "jose";
import { importJWK, SignJWT } from "jose";
import { type KoaContextWithOIDC, Provider } from "oidc-provider";
import { freePort } from "../../servers/free-port.ts";
import { configuration } from "./configuration.ts";
import { signingKey } from "./keys.ts";
import { Ledger } from "./ledger.ts";
import { loginPage } from "./login-page.ts";
import type { Authentication, ProviderOptions } from "./options.ts";
import { providerStorage } from "./storage.ts";

/** A real OpenID provider on a port of localhost, with its own keys and its own memory. */
export class TestProvider {
  readonly port: number;
  readonly issuer: string;
  readonly ledger = new Ledger();
  /** What it says of whoever signs in from now on. */
  authentication: Authentication = { acr: "pwd", amr: ["pwd"] };
  /** Called before an answer of a route leaves: holds it back, or looks at it. */
  beforeAnswer: ((route: string, ctx: KoaContextWithOIDC) => unknown) | undefined;
  readonly #options: ProviderOptions;
  readonly #fetch: typeof fetch;
  readonly #adapter = providerStorage();
  readonly #server = createServer((request, response) => this.#listener(request, response));
  #keys: readonly JWK[] = [signingKey()];
  #listener: RequestListener;

  private constructor(port: number, options: ProviderOptions, reach: typeof fetch) {
    this.port = port;
    this.issuer = `http://localhost:${port}`;
    this.#options = options;
    this.#fetch = reach;
    this.#listener = this.#provide();
  }

  /** @param reach - how it sends logout tokens to the applications */
  static async start(options: ProviderOptions, reach: typeof fetch = fetch): Promise<TestProvider> {
    const provider = new TestProvider(await freePort(), options, reach);
    await provider.up();
    return provider;
  }

  /** Listens (again), with everything it knew. */
  async up(): Promise<void> {
    await once(this.#server.listen(this.port, "127.0.0.1"), "listening");
  }

  /** Nobody answers any more. */
  async down(): Promise<void> {
    const closed = once(this.#server.close(), "close");
    this.#server.closeAllConnections();
    await closed;
  }

  /** Signs with a new key from now on; the old one is told no more, unless `keepOld`. */
  rotateKeys({ keepOld = false } = {}): void {
    this.#keys = [signingKey(), ...(keepOld ? this.#keys : [])];
    this.#listener = this.#provide();
  }

  /** A JWT as the provider would sign it. */
  async sign(claims: JWTPayload, header: { typ?: string } = {}): Promise<string> {
    const [key] = this.#keys;
    if (!key) throw new Error("no key");
    const signed = await new SignJWT({ iss: this.issuer, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: String(key.kid), ...header })
      .sign(await importJWK(key));
    this.ledger.secrets.add(signed);
    return signed;
  }

  #provide(): RequestListener {
    const { port, issuer, ledger } = this;
    const surroundings = {
      port,
      adapter: this.#adapter,
      keys: this.#keys,
      fetch: this.#fetch,
    };
    const provider = new Provider(issuer, configuration(this.#options, surroundings));
    provider.use(async (ctx, next) => {
      if (ctx.path.startsWith("/interaction/")) {
        ctx.respond = false;
        return loginPage(provider, ctx, this.authentication);
      }
      await next();
      const { oidc } = ctx as KoaContextWithOIDC;
      if (!oidc?.route) return;
      ledger.note(ctx as KoaContextWithOIDC);
      await this.beforeAnswer?.(oidc.route, ctx as KoaContextWithOIDC);
    });
    return provider.callback();
  }
}
