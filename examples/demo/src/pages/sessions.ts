import type { SessionInfo } from "@coatcheck/core";
import { SESSIONS_PER_USER } from "../sessions.ts";
import type { Answer } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";
import { ticketNumber } from "./ticket-number.ts";
import { moment } from "./time.ts";

export async function sessionsPage(context: ShopContext): Promise<Answer> {
  const { accounts, session, sessions } = context;
  const all = await sessions.list(session.userId ?? "", { current: session.id });
  const name = accounts.byId(session.userId)?.name;
  const others = all.filter(({ current }) => !current).length;
  const main = html`<h1>${session.actorId === undefined ? "Your sessions" : `${name}’s sessions`}</h1>
<p class="lead">${
    session.actorId === undefined
      ? html`Wherever you are logged in. You may have ${SESSIONS_PER_USER}; one more login ends the oldest.
Log in with another browser or a private window, end one of the two here, and watch the other.`
      : html`The one by which you act for ${name} is not among them: it is yours.`
  }</p>
<ul class="sessions">${all.map((info) => row(context, info))}</ul>
${
  others > 0 &&
  html`<form method="post" action="/sessions/revoke-others"><button>End all ${others === all.length ? "of them" : "others"}</button></form>`
}`;
  return layout(context, "Your sessions", main);
}

function row(context: ShopContext, info: SessionInfo): Html {
  const { accounts, ledger } = context;
  const { current, remembered, device, actingAs } = info;
  const server = ledger.of(info.id)[0]?.server;
  return html`<li${current && html` class="this"`}>
<div class="what">
<p><b>${device?.label ?? "An unknown client"}</b> <small class="below number">No. ${ticketNumber(info.id)}</small></p>
<p class="badges">${current && html`<span class="badge">this one</span>`}${remembered && html`<span class="badge">remembered</span>`}${actingAs !== undefined && html`<span class="badge">acts for ${accounts.byId(actingAs)?.name}</span>`}</p>
</div>
<dl>
<dt>logged in</dt><dd>${moment(info.authenticatedAt)}</dd>
<dt>last seen</dt><dd>${moment(info.lastSeenAt)}${server !== undefined && ` on ${server}`}</dd>
${device?.address !== undefined && html`<dt>network</dt><dd><code>${device.address}</code></dd>`}
</dl>
<div class="deeds">${current ? own(context, remembered) : others(info)}</div>
</li>`;
}

function others({ id, device }: SessionInfo): Html {
  return html`<form method="post" action="/sessions/revoke">
<input type="hidden" name="id" value="${id}">
<button class="quiet">End it<span class="unseen">: ${device?.label}, number ${ticketNumber(id)}</span></button>
</form>`;
}

function own({ storage }: ShopContext, isRemembered: boolean): Html {
  return html`${
    isRemembered &&
    storage.rememberCookieName !== undefined &&
    html`<form method="post" action="/sessions/drop-cookie"><button class="quiet" title="Drops the session cookie, as a browser does when it closes. The remember-me cookie brings you back.">Play closing the browser</button></form>`
  }
<form method="post" action="/logout"><button class="quiet">Log out</button></form>`;
}
