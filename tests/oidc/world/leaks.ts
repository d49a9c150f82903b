import type { Exchange } from "../browser/web.ts";
import type { Site } from "./sites.ts";

/** Something that was said elsewhere than in a response: a log's line, an event, an error, an object as it shows itself. */
export interface Saying {
  readonly where: string;
  readonly text: string;
}

/** What there was to keep quiet about. */
export interface Confidential {
  readonly issuers: readonly string[];
  /** Tokens, verifiers, codes, client secrets. */
  readonly secrets: Iterable<string>;
  readonly sites: readonly Site[];
}

/** Where a secret was told, each once. */
export function leaksIn(
  exchanges: readonly Exchange[],
  said: readonly Saying[],
  { issuers, secrets: given, sites }: Confidential,
): string[] {
  const own = exchanges.filter(({ url }) => sites.some(({ origin }) => origin === url.origin));
  const secrets = partsOf([...given, ...sites.map(({ secret }) => secret)]);
  const all = new Set([...secrets, ...sessionSecrets(own)]);
  const told = new Set<string>();
  const look = (where: string, text: string, among: Iterable<string>): void => {
    for (const secret of among) {
      if (text.includes(secret)) told.add(`${where} tells ${secret.slice(0, 12)}… in ${text}`);
    }
  };
  for (const { where, text } of said) look(where, text, all);
  for (const { url, method, status, headers, body } of own) {
    const where = `${method} ${url.pathname}: ${status}`;
    const { "set-cookie": lines = [], location = "", ...others } = headers;
    look(where, `${JSON.stringify(others)}\n${withoutHint(location, issuers)}\n${body}`, all);
    // The session cookie is where the session's token belongs, and nothing else does; nor does it in mere base64.
    const cookies = lines.join("\n");
    look(`${where}, Set-Cookie`, `${cookies}\n${decoded(cookies)}`, secrets);
  }
  return [...told];
}

/** Of a JWT what it says and its signature: nobody need tell all of it to tell it. */
function partsOf(secrets: readonly string[]): Set<string> {
  const parts = secrets.flatMap((secret) => {
    const [, payload, signature] = /^ey[\w-]+\.([\w-]+)\.([\w-]*)$/.exec(secret) ?? [];
    return payload === undefined ? [secret] : [payload, signature ?? ""];
  });
  return new Set(parts.filter((it) => it.length >= 16));
}

/** The secret half of every session token that an application has given out. */
function sessionSecrets(exchanges: readonly Exchange[]): string[] {
  const lines = exchanges.flatMap(({ headers }) => headers["set-cookie"] ?? []);
  const values = lines.map((line) => /^__Host-id=([^;]*)/.exec(line)?.[1] ?? "");
  return values.flatMap((it) => it.split(".").slice(-1)).filter((it) => it.length > 20);
}

/** OpenID Connect RP-Initiated Logout sends the ID token back to whom it came from, by this one redirect. */
function withoutHint(location: string, issuers: readonly string[]): string {
  const url = URL.parse(location);
  if (!url || !issuers.some((issuer) => url.href.startsWith(`${issuer}/session/end?`))) {
    return location;
  }
  url.searchParams.delete("id_token_hint");
  return url.href;
}

function decoded(text: string): string {
  const words = text.match(/[\w-]{16,}/g) ?? [];
  return words.map((word) => Buffer.from(word, "base64url").toString("latin1")).join("\n");
}
