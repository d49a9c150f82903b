import { readFileSync } from "node:fs";
import { addresses } from "../addresses.ts";
import { type Application, applications } from "../applications.ts";
import { escapeHtml, plainPage } from "./page.ts";

const script = readFileSync(new URL("./live.js", import.meta.url), "utf8");

/** Who is signed in, as an application keeps it in its session. */
export interface Visitor {
  readonly name: string;
  readonly sessionId: string;
  readonly since: Date;
}

/** The one page of both applications. */
export function applicationPage(
  { id, name, framework }: Application,
  loginUrl: string,
  visitor: Visitor | undefined,
): string {
  const other = id === "shop" ? applications.desk : applications.shop;
  const ways = `<p>Go to <a href="${other.url}/">${other.name.toLowerCase()}</a>, or to <a href="${addresses.provider.url}/">the identity provider</a>.</p>`;
  if (!visitor) {
    return plainPage(
      name,
      `<p>An application on ${framework}. Nobody is signed in.</p>
      <p><a class="button" href="${escapeHtml(loginUrl)}">Sign in</a></p>${ways}`,
    );
  }
  return plainPage(
    name,
    `<p>An application on ${framework}.</p>
    <dl>
      <dt>Signed in</dt><dd>${escapeHtml(visitor.name)}</dd>
      <dt>Since</dt><dd>${visitor.since.toISOString()}</dd>
      <dt>Session</dt><dd><code>${visitor.sessionId}</code></dd>
    </dl>
    <form method="post" action="/auth/logout"><button>Sign out everywhere</button></form>${ways}`,
    `<dialog>
      <h1>You were signed out</h1>
      <p>The identity provider has just said that you are gone. Nobody is signed in here any more.</p>
      <p><a class="button" href="/">Go on</a></p>
    </dialog>
    <script type="module">${script}</script>`,
  );
}
