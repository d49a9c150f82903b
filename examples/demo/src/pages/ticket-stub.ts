import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";
import { ticketNumber } from "./ticket-number.ts";
import { moment } from "./time.ts";

const NOTHING_YET =
  "Nothing is written for you yet, so you have no session cookie and the server keeps nothing.";
const REJECTED = "The one you came with is not good any more: its session has ended.";

/** The ticket itself: what the visitor holds, without its secret. */
export function ticketStub({ session, trace, url }: ShopContext): Html {
  if (!trace.isStored) {
    return html`<header class="stub empty">
<p class="number">No ticket</p>
<p>${trace.wasRejected ? REJECTED : NOTHING_YET}</p>
</header>`;
  }
  return html`<header class="stub">
<p class="number"><small>No.</small> ${ticketNumber(session.id)}</p>
<dl>
<dt>id</dt><dd><code>${session.id}</code></dd>
${trace.held !== undefined && html`<dt>cookie</dt><dd><a href="#held">${trace.held.size} bytes</a></dd>`}
<dt>user</dt><dd>${session.userId ?? "nobody yet"}</dd>
<dt>created</dt><dd>${moment(session.createdAt)}</dd>
<dt>last seen</dt><dd>${moment(session.lastSeenAt)}</dd>
${session.expiresAt !== undefined && html`<dt>ends</dt><dd>${moment(session.expiresAt)}, if unused</dd>`}
</dl>
<form method="post" action="/sessions/rotate">
<input type="hidden" name="back" value="${url.pathname + url.search}">
<button class="quiet">Change my ticket</button>
</form>
</header>`;
}
