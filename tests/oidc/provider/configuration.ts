import type { JWK } from "jose";
import type { AdapterFactory, Configuration } from "oidc-provider";
import { API, type ProviderOptions } from "./options.ts";

/** Whatever a provider needs of its surroundings. */
export interface Surroundings {
  /** Makes the names of its cookies its own: browsers tell no ports apart, and every provider is on localhost. */
  readonly port: number;
  readonly adapter: AdapterFactory;
  readonly keys: readonly JWK[];
  /** How it reaches the applications: by default it refuses addresses of this machine. */
  readonly fetch: typeof fetch;
}

export function configuration(
  options: ProviderOptions,
  { port, adapter, keys, fetch }: Surroundings,
): Configuration {
  const { clients, resource, accessTokenTtl = 3600, idTokenTtl = 3600, requirePar } = options;
  const lasting = { httpOnly: true, sameSite: "lax", signed: true } as const;
  return {
    adapter,
    clients: [...clients],
    jwks: { keys: [...keys] as never },
    fetch: (input, { dispatcher: _, ...init } = {}) => fetch(input, init),
    cookies: {
      keys: ["a secret of the provider's"],
      names: {
        session: `op_session_${port}`,
        interaction: `op_interaction_${port}`,
        resume: `op_resume_${port}`,
      },
      long: lasting,
      short: lasting,
    },
    acrValues: ["pwd", "2fa"],
    claims: {
      acr: null,
      amr: null,
      auth_time: null,
      iss: null,
      sid: null,
      // Also unasked, as many providers do.
      openid: ["sub", "acr", "amr", "auth_time"],
      profile: ["name"],
    },
    scopes: ["openid", "offline_access", "profile", "cart:read", "cart:write"],
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, name: `The person ${sub}` }),
    }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    // Nobody is asked whether the application may know who they are.
    async loadExistingGrant({ oidc }) {
      const { client, session, provider, params } = oidc;
      const known = session?.grantIdFor(String(client?.clientId));
      const found = known && (await provider.Grant.find(known));
      const grant =
        found || new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope(String(params?.scope ?? "openid"));
      grant.addResourceScope(API, "cart:read cart:write");
      await grant.save();
      return grant;
    },
    issueRefreshToken: (_, it) => it.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      revocation: { enabled: true },
      pushedAuthorizationRequests: {
        enabled: true,
        requirePushedAuthorizationRequests: requirePar === true,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource as never,
        useGrantedResource: () => resource !== undefined,
        getResourceServerInfo: () => ({
          scope: "cart:read cart:write",
          audience: API,
          accessTokenFormat: "jwt",
          accessTokenTTL: accessTokenTtl,
          jwt: { sign: { alg: "RS256" } },
        }),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = page(
            `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out everywhere</button>`,
          );
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = page("<p>Signed out.</p>");
        },
      },
    },
    renderError: (ctx, { error, error_description: why }) => {
      ctx.type = "html";
      ctx.body = page(`<p class="error">${error}: ${why}</p>`);
    },
    ttl: {
      AccessToken: accessTokenTtl,
      AuthorizationCode: 60,
      Grant: 86_400,
      IdToken: idTokenTtl,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
  };
}

function page(content: string): string {
  return `<!doctype html><title>Provider</title>${content}`;
}
