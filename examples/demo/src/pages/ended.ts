import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";

/** What the script shows when the session of this page ends elsewhere. */
export function endedDialog({ session, url }: ShopContext): Html | false {
  if (session.userId === undefined) return false;
  const query = new URLSearchParams({ returnTo: url.pathname + url.search, reason: "ended" });
  return html`<dialog id="ended" aria-labelledby="ended-title">
<h2 id="ended-title">Signed out elsewhere</h2>
<p>This session has just been ended: by a logout, by your list of sessions, or by a change of password.</p>
<p><a class="button" href="/login?${query.toString()}">To the login</a></p>
</dialog>`;
}
