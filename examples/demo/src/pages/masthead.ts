import { countOf } from "../shop/cart.ts";
import type { ShopContext } from "../shop/context.ts";
import { hostnameOf } from "../shop/request.ts";
import { type Html, html } from "./html.ts";
import { storageSwitch } from "./storage-switch.ts";

export function masthead(context: ShopContext): Html {
  const { accounts, session, url } = context;
  const user = accounts.byId(session.userId);
  const count = countOf(session.get("cart"));
  return html`<header class="masthead">
<div class="bar">
<a class="brand" href="/">The Cloakroom</a>
<nav class="menu" aria-label="Shop">
${link(url, "/", "Shop")}
${link(url, "/cart", html`Cart<span class="count">${count}</span>`)}
${
  user === undefined
    ? link(url, "/login", "Log in", loginFrom(url))
    : html`${link(url, "/account", "Account")}
${link(url, "/sessions", "Sessions")}`
}
${user?.isAdmin && link(url, "/admin", "Users")}
</nav>
${
  user !== undefined &&
  html`<form class="who" data-private method="post" action="/logout"><span>${user.name}</span><small id="until" hidden></small><button class="quiet">Log out</button></form>`
}
</div>
${counters(context)}
${storageSwitch(context)}
</header>`;
}

/** The login comes back to the page where it was asked for. */
function loginFrom({ pathname }: URL): string {
  const isPassing = pathname === "/login" || pathname === "/goodbye";
  return isPassing ? "/login" : `/login?returnTo=${encodeURIComponent(pathname)}`;
}

function link(url: URL, path: string, label: Html | string, href = path): Html {
  const current = url.pathname === path;
  return html`<a href="${href}"${current && html` aria-current="page"`}>${label}</a>`;
}

/** The same page on every server: cookies know no ports, so it is the same session there. */
function counters({ everywhere, here, request, url }: ShopContext): Html {
  const hostname = hostnameOf(request);
  const links = everywhere.map(({ name, port }) => {
    const href = `http://${hostname}:${port}${url.pathname}${url.search}`;
    const current = port === here.port;
    return html`<li><a href="${href}"${current && html` aria-current="true"`}><b>${name}</b> <small>:${port}</small></a></li>`;
  });
  return html`<nav class="counters" aria-label="Same session, other server">
<p>Served by <a class="jump" href="#ticket" data-private>See your ticket</a></p>
<ul>${links}</ul>
</nav>`;
}
