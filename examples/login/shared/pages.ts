import type { SessionInfo } from "@coatcheck/core";
import type { User } from "./users.ts";

const MESSAGES: Readonly<Record<string, string>> = {
  wrong: "Wrong name or password.",
  "stale-login": "This takes a recent login: please log in again.",
};

/** `reason`: a key of the messages; what a guard added to the login page's URL is one. The form goes to the URL of the page, `returnTo` and all. */
export function loginPage(reason?: unknown): string {
  return page(
    "Log in",
    `<p role="alert">${MESSAGES[String(reason)] ?? ""}</p>
    <form method="post">
      <label>Name <input name="name" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <label><input name="remember" type="checkbox"> Remember me</label>
      <button>Log in</button>
    </form>
    <p>Here: <code>ann</code>, <code>correct horse battery staple</code></p>`,
  );
}

export function accountPage(user: User | undefined): string {
  return page(
    `Hello ${user?.name}`,
    `<form method="post" action="/email">
      <label>E-mail <input name="email" type="email" value="${escaped(user?.email)}" required></label>
      <button>Change</button>
    </form>
    <p><a href="/devices">Your devices</a></p>
    <form method="post" action="/logout"><button>Log out</button></form>`,
  );
}

export function devicesPage(devices: readonly SessionInfo[]): string {
  return page("Your devices", `<ul>${devices.map(deviceItem).join("")}</ul><a href="/">Back</a>`);
}

function deviceItem({ id, device, current, remembered, lastSeenAt }: SessionInfo): string {
  const seen = new Date(lastSeenAt).toISOString();
  const marks = [current && "this one", remembered && "remembered"].filter((mark) => mark);
  return `<li>${escaped(device?.label ?? "Unknown")}, last seen ${seen} <em>${marks.join(", ")}</em>
    <form method="post"><button name="id" value="${escaped(id)}">Log out</button></form></li>`;
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><h1>${escaped(title)}</h1>${body}</html>`;
}

function escaped(text: string | undefined): string {
  return (text ?? "").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
