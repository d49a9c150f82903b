import { applications } from "../applications.ts";
import { plainPage } from "../pages/page.ts";
import { people } from "./people.ts";

const list = Object.values(applications);

/** @param client - the application that sent somebody here */
export function loginPage(uid: string, client: unknown, wrong: boolean): string {
  const name = list.find(({ id }) => id === client)?.name.toLowerCase() ?? "an application";
  const known = [...people].map(
    ([id, { password }]) => `<li><code>${id}</code> with <code>${password}</code></li>`,
  );
  return plainPage(
    "Sign in",
    `<p>to go on to ${name}. Your password is asked for here only; no application ever sees it.</p>
    ${wrong ? `<p class="wrong" role="alert">Nobody here has that name and that password.</p>` : ""}
    <form method="post" action="/interaction/${uid}">
      <label>Name <input name="person" autocomplete="username" required autofocus></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Sign in</button>
    </form>
    <p>Known here:</p><ul>${known.join("")}</ul>`,
  );
}

/** @param signedIn - the ids of the applications at which that person is signed in */
export function homePage(person: string | undefined, signedIn: readonly string[]): string {
  const items = list.map(
    ({ id, name, url, framework }) =>
      `<li><a href="${url}/">${name}</a> on ${framework} ${signedIn.includes(id) ? `<span class="ticket">signed in</span>` : ""}</li>`,
  );
  const who = people.get(person ?? "")?.name;
  return plainPage(
    "The identity provider",
    `<p>${who ? `${who} is signed in.` : "Nobody is signed in."} It knows two applications:</p>
    <ul>${items.join("")}</ul>
    ${who ? `<p><a class="button" href="/session/end">Sign out everywhere</a></p>` : "<p>Sign in at one of them, and go to the other.</p>"}`,
  );
}
