import type { SessionInfo } from "@coatcheck/core";
import { SESSIONS_PER_USER } from "../sessions.ts";
import { type Answer, redirect } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";
import { ticketNumber } from "./ticket-number.ts";
import { moment } from "./time.ts";

export async function sessionsPage(context: ShopContext): Promise<Answer> {
  const { session, sessions } = context;
  if (session.userId === undefined) return redirect("/login?back=/sessions");
  const all = await sessions.list(session.userId);
  const main = html`<h1>Your sessions</h1>
<p class="lead">Wherever you are logged in. You may have ${SESSIONS_PER_USER}; one more login ends the oldest.
Log in with another browser or a private window to see a second one.</p>
<ul class="sessions">${all.map((info) => row(context, info))}</ul>
${
  all.length > 1 &&
  html`<form method="post" action="/sessions/revoke-others"><button>End all others</button></form>`
}`;
  return layout(context, "Your sessions", main);
}

function row({ session, ledger }: ShopContext, info: SessionInfo): Html {
  const isThis = info.id === session.id;
  const server = ledger.of(info.id)[0]?.server;
  return html`<li${isThis && html` class="this"`}>
<p class="number">${ticketNumber(info.id)}${isThis && html` <span class="badge">this one</span>`}</p>
<dl>
<dt>logged in</dt><dd>${moment(info.authenticatedAt)}</dd>
<dt>created</dt><dd>${moment(info.createdAt)}</dd>
<dt>last seen</dt><dd>${moment(info.lastSeenAt)}${server !== undefined && ` on ${server}`}</dd>
</dl>
${
  isThis
    ? html`<form method="post" action="/logout"><button class="quiet">Log out</button></form>`
    : html`<form method="post" action="/sessions/revoke">
<input type="hidden" name="id" value="${info.id}">
<button class="quiet">End it<span class="unseen">: ${ticketNumber(info.id)}</span></button>
</form>`
}
</li>`;
}
