import { safeReturnTo } from "@coatcheck/core/guards";
import { demoUsers } from "../accounts/users.ts";
import { type Answer, redirect } from "../shop/answer.ts";
import type { ShopContext } from "../shop/context.ts";
import { LONGEST_FIELD } from "../shop/request.ts";
import { type Html, html } from "./html.ts";
import { layout } from "./layout.ts";
import { refusedForm } from "./refused.ts";
import { textField } from "./text-field.ts";
import { moment } from "./time.ts";

/** Also where guards send those whose login is too old: `reason` and `returnTo` in the URL are theirs, and stay there for the form. */
export async function loginPage(context: ShopContext): Promise<Answer> {
  const { accounts, freshSeconds, session, url } = context;
  const user = accounts.byId(session.userId);
  // Who has logged in since, as on the way back to this very page, is not asked once more.
  const isStale =
    url.searchParams.get("reason") === "stale-login" &&
    !session.authenticatedWithin(`${freshSeconds}s`);
  if (user !== undefined && !isStale) {
    // Logged in meanwhile, in another tab or by the remember-me cookie.
    return redirect(safeReturnTo(url.searchParams.get("returnTo"), "/sessions"));
  }
  const refused = refusedForm(context, "login");
  const main = html`${user === undefined ? welcome(url) : again(context)}
<form class="form" method="post" action="${url.pathname + url.search}">
${textField(refused, {
  name: "user",
  label: "Name",
  value: user?.id ?? "",
  attributes: html`autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="${LONGEST_FIELD}"${user && html` readonly`}`,
})}
${textField(refused, {
  name: "password",
  label: "Password",
  attributes: html`type="password" autocomplete="current-password"`,
})}
${await rememberChoice(context)}
<p class="next"><button>Log in</button></p>
</form>
${demoLogins(user?.id)}
<p class="remark">${user === undefined ? "Your cart comes along. The" : "The"} ticket you came with is worthless afterwards. Passwords are kept by argon2id, and a name that nobody has takes as long as a wrong password.</p>`;
  return layout(context, user === undefined ? "Log in" : "Log in again", main);
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ended", "Your session was ended elsewhere: logged out, or ended by your list of sessions."],
  ["expired", "Your session has ended. Log in, and go on where you were."],
]);

function welcome(url: URL): Html {
  const why = REASONS.get(url.searchParams.get("reason") ?? "");
  return html`${why !== undefined && html`<p class="notice" role="status">${why}</p>`}
<h1>Log in</h1>`;
}

function again({ session, freshSeconds }: ShopContext): Html {
  const at = session.authenticatedAt;
  return html`<h1>Is it still you?</h1>
<p class="lead">What you asked for takes a login of the last ${freshSeconds} seconds. Yours is of ${at !== undefined && moment(at)}${session.resumed && ", and this session was opened by your remember-me cookie"}.</p>`;
}

/** Ticked for who is remembered already: a login without it would forget them. */
async function rememberChoice({ session, sessions, storage }: ShopContext): Promise<Html> {
  const { id, userId } = session;
  const all = userId === undefined ? [] : await sessions.list(userId, { current: id });
  const isRemembered = all.some(({ current, remembered }) => current && remembered);
  const words =
    storage.rememberCookieName !== undefined
      ? "A second cookie brings you back for 30 days, when this session is over. What is dangerous still asks for your password."
      : "Your session lives in its cookie, so there is no second one: this cookie outlives the browser, up to seven days.";
  return html`<label class="choice"><input type="checkbox" name="remember" value="yes"${isRemembered && html` checked`}> <span><b>Remember me</b> <small>${words}</small></span></label>`;
}

/** Whom one can be. The buttons are the script's. */
function demoLogins(id: string | undefined): Html {
  const rows = demoUsers
    .filter((user) => id === undefined || user.id === id)
    .map(
      (
        user,
      ) => html`<tr><th scope="row"><b>${user.id}</b></th><td><code>${user.password}</code></td>
<td><button type="button" class="quiet" hidden data-user="${user.id}" data-password="${user.password}">Fill in<span class="unseen"> ${user.id}</span></button></td></tr>`,
    );
  return html`<section class="logins" aria-labelledby="logins">
<h2 id="logins">Who there is, in this demo</h2>
<table>
<thead class="unseen"><tr><th scope="col">Name</th><th scope="col">Password, as it was at first</th><th scope="col">Fill in</th></tr></thead>
<tbody>${rows}</tbody>
</table>
</section>`;
}
