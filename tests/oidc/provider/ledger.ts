import type { KoaContextWithOIDC } from "oidc-provider";

export interface Call {
  readonly route: string;
  readonly grantType?: string | undefined;
  readonly status: number;
  readonly params: Readonly<Record<string, unknown>>;
}

const SECRET_PARAMS = ["code_verifier", "refresh_token", "client_secret", "token"];
const SECRET_ANSWERS = ["access_token", "refresh_token", "id_token"];

/** What a provider was asked, and every secret that it gave away or was shown. */
export class Ledger {
  readonly calls: Call[] = [];
  readonly secrets = new Set<string>();
  /** Those for one use, which a browser carries to the application. */
  readonly codes = new Set<string>();

  note({ oidc, status, body }: KoaContextWithOIDC): void {
    const params: Record<string, unknown> = { ...(oidc.params ?? {}), ...(oidc.body ?? {}) };
    this.calls.push({
      route: oidc.route,
      grantType: params.grant_type as string | undefined,
      status,
      params,
    });
    const answered = (typeof body === "object" ? body : undefined) as
      | Record<string, unknown>
      | undefined;
    for (const name of SECRET_PARAMS) keep(this.secrets, params[name]);
    for (const name of SECRET_ANSWERS) keep(this.secrets, answered?.[name]);
    if (oidc.route === "token") keep(this.codes, params.code);
  }

  /** How many requests came to a route, or to the token endpoint with a grant type. */
  count(what: string): number {
    return this.calls.filter(({ route, grantType }) => (grantType ?? route) === what).length;
  }
}

function keep(set: Set<string>, value: unknown): void {
  if (typeof value === "string" && value !== "") set.add(value);
}
