import { createHash } from "node:crypto";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import type { CustomFetch } from "openid-client";

export const ISSUER = "https://id.example.com";

/** What a test changes of what the provider does. */
export interface Tricks {
  metadata?: Record<string, unknown>;
  /** Of the ID token. */
  claims?: (claims: JWTPayload) => JWTPayload;
  /** In place of the ID token. */
  idToken?: (claims: JWTPayload) => string | undefined | Promise<string | undefined>;
  /** In place of a whole answer. */
  answer?: (path: string, body: URLSearchParams) => Response | undefined | Promise<Response>;
  /** More in the token endpoint's answer. */
  tokens?: Record<string, unknown>;
}

interface Code {
  readonly nonce: string | null;
  readonly challenge: string | null;
  readonly redirectUri: string | null;
}

/** One pair for all: to make one takes longer than most tests. */
const KEYS = generateKeyPair("RS256", { extractable: true });

/**
 * A provider inside the test, which also gives what no real one would. It is reached by `fetch` alone, and checks what it is told: PKCE, the redirect URI, that a code is
 * used once.
 */
export async function fakeIssuer(clock: () => number, issuer = ISSUER) {
  const { privateKey, publicKey } = await KEYS;
  const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: "RS256", use: "sig" };
  const codes = new Map<string, Code>();
  const calls: string[] = [];
  const tricks: Tricks = {};
  let count = 0;
  const pushed = new Map<string, URLSearchParams>();

  const sign = (claims: JWTPayload, header: Record<string, unknown> = {}, key = privateKey) =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "k1", ...header }).sign(key);

  const claimsFor = (nonce: string | null): JWTPayload => {
    const now = Math.floor(clock() / 1000);
    const claims = {
      iss: issuer,
      sub: "ann",
      sid: "s1",
      aud: "shop",
      iat: now,
      exp: now + 300,
      auth_time: now,
      ...(nonce && { nonce }),
    };
    return tricks.claims?.(claims) ?? claims;
  };

  const token = async (body: URLSearchParams): Promise<Response> => {
    let nonce: string | null = null;
    if (body.get("grant_type") === "authorization_code") {
      const code = codes.get(body.get("code") ?? "");
      codes.delete(body.get("code") ?? "");
      const challenge = createHash("sha256")
        .update(body.get("code_verifier") ?? "")
        .digest("base64url");
      const isGood = code?.challenge === challenge && code.redirectUri === body.get("redirect_uri");
      if (!code || !isGood) return json({ error: "invalid_grant" }, 400);
      nonce = code.nonce;
    }
    count++;
    const claims = claimsFor(nonce);
    const idToken = tricks.idToken ? await tricks.idToken(claims) : await sign(claims);
    return json({
      access_token: `secret-access-${count}`,
      refresh_token: `secret-refresh-${count}`,
      token_type: "Bearer",
      expires_in: 300,
      ...(idToken !== undefined && { id_token: idToken }),
      ...tricks.tokens,
    });
  };

  const fetch: CustomFetch = async (url, { body }) => {
    const { pathname, origin } = new URL(url);
    const form = new URLSearchParams(body as URLSearchParams);
    calls.push(pathname);
    const answer = await tricks.answer?.(pathname, form);
    if (answer) return answer;
    if (origin !== new URL(issuer).origin) throw new TypeError("fetch failed");
    if (pathname === "/.well-known/openid-configuration") {
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        end_session_endpoint: `${issuer}/end`,
        revocation_endpoint: `${issuer}/revoke`,
        pushed_authorization_request_endpoint: `${issuer}/par`,
        ...tricks.metadata,
      });
    }
    if (pathname === "/jwks") return json({ keys: [jwk] });
    if (pathname === "/token") return token(form);
    if (pathname === "/revoke") return new Response(null, { status: 200 });
    if (pathname === "/par") {
      const uri = `urn:par:${pushed.size}`;
      pushed.set(uri, form);
      return json({ request_uri: uri, expires_in: 60 }, 201);
    }
    return new Response("not found", { status: 404 });
  };

  return {
    fetch,
    tricks,
    calls,
    sign,
    pushed,
    /** What the provider would answer to an authorization request that its user agrees to. */
    authorize(location: string): URLSearchParams {
      const params = new URL(location).searchParams;
      const code = `secret-code-${codes.size + 1}`;
      codes.set(code, {
        nonce: params.get("nonce"),
        challenge: params.get("code_challenge"),
        redirectUri: params.get("redirect_uri"),
      });
      return new URLSearchParams({ code, state: params.get("state") ?? "" });
    },
  };
}

function json(body: object, status = 200): Response {
  return Response.json(body, { status });
}
