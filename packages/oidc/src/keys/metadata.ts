import { secureUrl } from "./address.ts";
import { type Fetch, fetchJson } from "./fetch-json.ts";

/**
 * Where a provider says that its keys are (OpenID Connect Discovery 1.0). Its metadata must name it to the letter, or another provider's keys would be taken for its own
 * (section 4.3).
 */
export async function keysAddress(fetch: Fetch, issuer: string, timeout: number): Promise<URL> {
  const url = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const metadata = (await fetchJson(fetch, url, timeout)) as Record<string, unknown> | null;
  if (metadata?.issuer !== issuer) throw new Error("its metadata name another issuer");
  return secureUrl("jwks_uri", metadata.jwks_uri);
}
