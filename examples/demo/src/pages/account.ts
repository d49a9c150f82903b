import { csrfField } from "@coatcheck/core/csrf";
import type { Answer } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { LONGEST_FIELD } from "../shop/request.ts";
import { Html, html } from "./html.ts";
import { layout } from "./layout.ts";
import { refusedForm } from "./refused.ts";
import { textField } from "./text-field.ts";

export function accountPage(context: ShopContext): Answer {
  const { accounts, freshSeconds, session } = context;
  const user = accounts.byId(session.userId);
  const main = html`<h1>${user?.name}</h1>
<dl class="review">
<dt>Name</dt><dd>${user?.id}</dd>
<dt>E-mail</dt><dd>${user?.email} <a href="/account/email">Change<span class="unseen"> the e-mail address</span></a></dd>
<dt>Password</dt><dd>kept by argon2id <a href="/account/password">Change<span class="unseen"> the password</span></a></dd>
<dt>Sessions</dt><dd><a href="/sessions">Where you are logged in</a></dd>
</dl>
<p class="remark">Both changes take a login of the last ${freshSeconds} seconds: who finds your browser open gets neither.</p>`;
  return layout(context, "Account", main);
}

export function emailPage(context: ShopContext): Answer {
  const { accounts, session } = context;
  const refused = refusedForm(context, "email");
  const main = html`<h1>Your e-mail address</h1>
<form class="form" method="post" action="/account/email">
${new Html(csrfField(session))}
${textField(refused, {
  name: "email",
  label: "E-mail",
  value: accounts.byId(session.userId)?.email ?? "",
  attributes: html`type="email" autocomplete="email" maxlength="${LONGEST_FIELD}"`,
})}
<p class="next"><a href="/account">Back</a> <button>Change it</button></p>
</form>
<p class="remark">All forms here are safe from other sites by where their requests say they come from. This one has a token of your session too, to show how.</p>`;
  return layout(context, "E-mail", main);
}

export function passwordPage(context: ShopContext): Answer {
  const refused = refusedForm(context, "password");
  const main = html`<h1>Your password</h1>
<form class="form" method="post" action="/account/password">
${textField(refused, {
  name: "current",
  label: "The one you have",
  attributes: html`type="password" autocomplete="current-password"`,
})}
${textField(refused, {
  name: "new",
  label: "The new one",
  hint: "At least 15 characters; any you like.",
  attributes: html`type="password" autocomplete="new-password"`,
})}
<p class="next"><a href="/account">Back</a> <button>Change it</button></p>
</form>
<p class="remark">All your other sessions end with it, and are told at once. This one gets a new ticket.</p>`;
  return layout(context, "Password", main);
}
