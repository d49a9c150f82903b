import { MOST_ATTEMPTS } from "../accounts/attempts.ts";
import { ADMIN_PIN, type User } from "../accounts/users.ts";
import type { Answer } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";
import { refusedForm } from "./refused.ts";
import { textField } from "./text-field.ts";
import { moment } from "./time.ts";

/** Behind a guard for admins with a fresh login. */
export async function adminPage(context: ShopContext): Promise<Answer> {
  const { accounts, session, sessions } = context;
  const users = await Promise.all(
    accounts.all().map(async (user) => row(user, (await sessions.list(user.id)).length)),
  );
  const until = session.elevatedUntil;
  const main = html`<h1>Users</h1>
<p class="lead">${
    until === undefined
      ? html`To act for somebody takes a second factor: <a href="/admin/step-up">show it</a>, and this session counts for more for five minutes.`
      : html`You have shown a second factor, which counts until ${moment(until)}.`
  }</p>
<ul class="users">${users}</ul>
<p class="remark">Who acts for somebody has an empty cart of theirs to fill, is told on every page, and cannot change e-mail or password. It stays a session of the admin's.</p>`;
  return layout(context, "Users", main);
}

function row({ id, name, email, isAdmin }: User, sessions: number): Html {
  return html`<li>
<p><b>${name}</b> <small class="below">${email}</small></p>
<p><small>${sessions === 1 ? "1 session" : `${sessions} sessions`}</small></p>
${
  isAdmin
    ? html`<p class="badge">admin</p>`
    : html`<form method="post" action="/admin/act-as"><input type="hidden" name="user" value="${id}"><button class="quiet">Act for ${name}</button></form>`
}
</li>`;
}

export function stepUpPage(context: ShopContext): Answer {
  const refused = refusedForm(context, "step-up");
  const main = html`<h1>A second factor</h1>
<p class="lead">In this demo it is a PIN, <b>${ADMIN_PIN}</b>. In yours it is a passkey, or a code of an app.</p>
<form class="form" method="post" action="/admin/step-up">
${textField(refused, {
  name: "pin",
  label: "PIN",
  hint: `You may be wrong ${MOST_ATTEMPTS} times.`,
  attributes: html`type="password" inputmode="numeric" autocomplete="one-time-code" maxlength="8"`,
})}
<p class="next"><a href="/admin">Back</a> <button>Step up</button></p>
</form>
<p class="remark">The session gets a new ticket with it, and the one from before is worthless.</p>`;
  return layout(context, "Step up", main);
}
