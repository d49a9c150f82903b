import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { ClientMetadata, Configuration } from "oidc-provider";
import { type Application, applications } from "../applications.ts";
import { plainPage } from "../pages/page.ts";
import { people } from "./people.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** An application, as the provider has it registered. The two last addresses are what single sign-out takes. */
function client({ id, name, secret, url }: Application): ClientMetadata {
  return {
    client_id: id,
    client_name: name,
    client_secret: secret,
    redirect_uris: [`${url}/auth/callback`],
    post_logout_redirect_uris: [`${url}/auth/logged-out`],
    backchannel_logout_uri: `${url}/auth/backchannel-logout`,
    backchannel_logout_session_required: true,
  };
}

export const configuration: Configuration = {
  clients: Object.values(applications).map(client),
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" } as never] },
  cookies: { keys: [randomBytes(32).toString("base64url")] },
  // It refuses to send logout tokens to addresses of this computer, by a dispatcher that is left out here.
  fetch: (input, { dispatcher: _, ...init } = {}) => fetch(input, init),
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: people.get(sub)?.name }),
  }),
  claims: { openid: ["sub", "name"] },
  conformIdTokenClaims: false,
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  // Both applications are the company's own: nobody is asked whether they may know who signs in.
  async loadExistingGrant({ oidc: { client, session, provider } }) {
    const known = session?.grantIdFor(String(client?.clientId));
    const found = known && (await provider.Grant.find(known));
    if (found) return found;
    const grant = new provider.Grant({
      clientId: client?.clientId,
      accountId: session?.accountId,
    });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource(ctx, form) {
        ctx.body = plainPage(
          "Sign out everywhere?",
          `<p>You are signed out here, and at once in both applications, wherever they are open.</p>
          ${form}<p><button form="op.logoutForm" name="logout" value="yes">Sign out everywhere</button></p>`,
        );
      },
      postLogoutSuccessSource(ctx) {
        ctx.body = plainPage("Signed out everywhere", `<p><a href="/">Back to the start</a></p>`);
      },
    },
  },
  renderError(ctx, { error, error_description: why }) {
    ctx.type = "html";
    ctx.body = plainPage("That went wrong", `<p>${error}: ${why}</p>`);
  },
  ttl: { AccessToken: 600, Grant: 86_400, IdToken: 600, Interaction: 600, Session: 86_400 },
};
