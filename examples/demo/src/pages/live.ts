import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";

/** What the script shows at the top: what it has to say, and the warning that comes before the end. Hidden without it. */
export function liveParts({ session, url }: ShopContext): Html {
  return html`<p class="unseen" role="status" id="says"></p>
<div class="above">
<p class="trouble" role="alert" id="trouble" hidden></p>
${session.userId === undefined ? hello(url) : warning(url)}
</div>`;
}

function warning(url: URL): Html {
  return html`<section class="warning" id="warning" aria-labelledby="warning-words" hidden data-private>
<p id="warning-words">You will be signed out in <b id="warning-left">a while</b>.</p>
<form method="post" action="/stay"><input type="hidden" name="back" value="${url.pathname + url.search}"><button>Stay signed in</button></form>
<form method="post" action="/logout"><button class="quiet">Log out</button></form>
</section>`;
}

/** On a page that was made for nobody, once somebody has logged in in another tab. */
function hello(url: URL): Html {
  return html`<section class="warning" id="hello" aria-labelledby="hello-words" hidden>
<p id="hello-words">You are signed in as <b id="hello-user"></b>, in another tab.</p>
<a class="button" href="${url.pathname === "/goodbye" ? "/" : url.pathname + url.search}">Show this page to you</a>
</section>`;
}

/** The session as it is now, whatever it was when the page was made. */
export function liveSection(): Html {
  return html`<section class="live" id="live" aria-labelledby="live-title" hidden>
<h2 id="live-title">At this moment</h2>
<dl>
<dt>state</dt><dd><code id="live-state"></code></dd>
<dt>user</dt><dd id="live-user"></dd>
<dt>ends</dt><dd class="number" id="live-ends"></dd>
</dl>
<p class="remark">Kept by <code>sessionClient</code> of <code>@coatcheck/browser</code>, in step with all your tabs at this server. To ask for it is no visit.</p>
</section>`;
}

/** What takes the page's place when its session is over: what was on it was for who was signed in. */
export function overTemplate({ session, url }: ShopContext): Html | false {
  if (session.userId === undefined) return false;
  const back = url.pathname + url.search;
  const query = (reason: string) => new URLSearchParams({ returnTo: back, reason }).toString();
  const login = (reason: string, label: string) =>
    html`<p><a class="button" href="/login?${query(reason)}">${label}</a></p>`;
  return html`<template id="over-expired"><h1 tabindex="-1">You were signed out</h1>
<p class="lead">Nothing came from you for a while, so your session has ended, and this page is put away. What you have typed into the checkout is kept for you on this device.</p>
${login("expired", "Log in and go on")}</template>
<template id="over-ended"><h1 tabindex="-1">Signed out elsewhere</h1>
<p class="lead">This session was ended: on another server, by your list of sessions, by a change of password. Or you have chosen another place for your session to live.</p>
${login("ended", "Log in and go on")}</template>
<template id="over-left"><h1 tabindex="-1">You have signed out</h1>
<p class="lead">In another tab, and so in this one.</p>
${login("", "Log in again")}</template>
<template id="over-other"><h1 tabindex="-1">This page was for somebody else</h1>
<p class="lead">You are signed in with another name now.</p>
<p><a class="button" href="${back}">Show this page to you</a></p></template>`;
}
