import {
  allowInsecureRequests,
  type ClientAuth,
  type ClientMetadata,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  clockSkew,
  clockTolerance,
  customFetch,
  discovery,
  type ExportedJWKSCache,
  enableNonRepudiationChecks,
  getJwksCache,
  None,
  type ServerMetadata,
  setJwksCache,
} from "openid-client";
import { OidcError } from "../errors.ts";
import { resourceOf } from "../options/parameters.ts";
import type { Settings } from "../options/settings.ts";
import { isLocalHttp } from "../options/url.ts";
import { failureOf } from "./failure.ts";

/** How far two clocks may be apart, in seconds. */
export const SKEW = 60;

/** How long metadata are good, in milliseconds: a provider may move its endpoints. */
const FRESH = 24 * 60 * 60 * 1000;

type Tools = Pick<
  Settings<object>,
  | "issuer"
  | "clientId"
  | "clientSecret"
  | "clientAuth"
  | "algorithm"
  | "parameters"
  | "timeout"
  | "clock"
  | "fetch"
>;

/** The provider: asked for its metadata when somebody needs them first, and again if that has failed. */
export class Provider {
  readonly #tools: Tools;
  #known: { readonly metadata: ServerMetadata; readonly at: number } | undefined;
  #asking: Promise<ServerMetadata> | undefined;
  #keys: ExportedJWKSCache | undefined;

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  /** For which API the tokens are, where the options say so. */
  get resource(): Record<string, string> {
    return resourceOf(this.#tools.parameters);
  }

  /** @throws OidcError `"provider-down"` */
  async metadata(): Promise<ServerMetadata> {
    const known = this.#known;
    if (known && this.#tools.clock() - known.at < FRESH) return known.metadata;
    // One request, whoever waits. A failure is forgotten: a provider that was down once is not down for ever.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    try {
      return await this.#asking;
    } catch (error) {
      if (known) return known.metadata;
      throw failureOf(error);
    }
  }

  /** What `work` gives, with the library set up for this moment. */
  async with<T>(work: (config: Configuration, metadata: ServerMetadata) => T): Promise<Awaited<T>> {
    const metadata = await this.metadata();
    const config = this.#configure(metadata);
    try {
      return await work(config, metadata);
    } finally {
      this.#keys = getJwksCache(config) ?? this.#keys;
    }
  }

  async #ask(): Promise<ServerMetadata> {
    const metadata = await this.#discover();
    this.#known = { metadata, at: this.#tools.clock() };
    return metadata;
  }

  async #discover(): Promise<ServerMetadata> {
    const { issuer, clientId, timeout, fetch } = this.#tools;
    const config = await discovery(new URL(issuer), clientId, this.#client(), undefined, {
      execute: this.#isLocal() ? [allowInsecureRequests] : [],
      timeout,
      ...(fetch && { [customFetch]: fetch }),
    });
    const metadata = config.serverMetadata();
    // To the letter, a slash at the end included (OpenID Connect Discovery section 4.3; OWASP ASVS 10.5.3): the library forgives some.
    if (metadata.issuer !== issuer) throw new OidcError("provider-down", "issuer");
    return metadata;
  }

  #configure(metadata: ServerMetadata): Configuration {
    const { clientId, timeout, fetch } = this.#tools;
    const config = new Configuration(
      metadata,
      clientId,
      this.#client(),
      this.#authentication(metadata),
    );
    config.timeout = timeout;
    if (fetch) config[customFetch] = fetch;
    // Signatures are verified on the direct channel too, where the library would go by TLS alone (OWASP ASVS 6.8.2).
    enableNonRepudiationChecks(config);
    if (this.#isLocal()) allowInsecureRequests(config);
    if (this.#keys) setJwksCache(config, { ...this.#keys, uat: aged(this.#keys.uat) });
    return config;
  }

  #client(): Partial<ClientMetadata> {
    const { clock, algorithm } = this.#tools;
    return {
      id_token_signed_response_alg: algorithm,
      [clockSkew]: Math.round((clock() - Date.now()) / 1000),
      [clockTolerance]: SKEW,
    };
  }

  #authentication({ token_endpoint_auth_methods_supported: methods }: ServerMetadata): ClientAuth {
    const { clientAuth, clientSecret } = this.#tools;
    if (clientAuth) return clientAuth;
    if (clientSecret === undefined) return None();
    // What a provider has to take (RFC 6749 section 2.3.1), unless it says otherwise.
    const isPost =
      methods?.includes("client_secret_post") && !methods.includes("client_secret_basic");
    return isPost ? ClientSecretPost(clientSecret) : ClientSecretBasic(clientSecret);
  }

  #isLocal(): boolean {
    return isLocalHttp(new URL(this.#tools.issuer));
  }
}

/**
 * The library looks for an unknown key anew if those it has are a minute old. Here only the provider itself is asked what is signed with it, so that
 * nobody makes it look too often; a key that it has just begun to use must not fail a login.
 */
function aged(fetchedAt: number): number {
  return Math.min(fetchedAt, Math.floor(Date.now() / 1000) - 60);
}
