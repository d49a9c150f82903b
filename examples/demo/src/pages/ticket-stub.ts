import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";
import { ticketNumber } from "./ticket-number.ts";
import { moment } from "./time.ts";

const NOTHING_YET =
  "Nothing is written for you yet, so you have no session cookie and the server keeps nothing.";
const REJECTED = "The one you came with is not good any more: its session has ended.";

/** The ticket itself: what the visitor holds, without its secret. */
export function ticketStub(context: ShopContext): Html {
  const { session, trace, url } = context;
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
<dt>user</dt><dd>${session.userId ?? "nobody yet"}${session.actorId !== undefined && `, by ${session.actorId}`}</dd>
${session.authenticatedAt !== undefined && html`<dt>login</dt><dd>${login(session, session.authenticatedAt)}</dd>`}
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

/** How the user authenticated: what is asked before something dangerous. */
function login({ amr, elevatedUntil, resumed }: ShopContext["session"], at: number): Html {
  return html`${moment(at)}${amr.length > 0 && ` by ${amr.join(" and ")}`}${elevatedUntil !== undefined && html`, stepped up until ${moment(elevatedUntil)}`}${
    resumed &&
    html`. <b>Resumed</b> by the remember-me token: nobody has authenticated since, so it is not fresh`
  }`;
}
