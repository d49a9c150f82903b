import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";

/** On every page, as long as somebody acts for another user. */
export function actingBanner({ accounts, session }: ShopContext): Html | false {
  if (session.actorId === undefined) return false;
  const [user, actor] = [session.userId, session.actorId].map((id) => accounts.byId(id)?.name);
  return html`<section class="acting" data-private aria-label="Acting for somebody">
<p><b>${user}</b>, by ${actor}</p>
<form method="post" action="/admin/stop"><button class="quiet">Stop acting for ${user}</button></form>
</section>`;
}
