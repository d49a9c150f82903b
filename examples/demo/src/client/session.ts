import { clientStore } from "@coatcheck/browser";
import { type Draft, type Duration, sessionClient } from "@coatcheck/browser/session";

/** For whom the server has made this page: the session and its user; nobody's page has neither. */
export const { session: pageSession, user: pageUser, warn = "2m" } = document.body.dataset;

/** The session as it is now, in step with all tabs. What is typed into the checkout is kept until the server has it. */
export const session = sessionClient({
  warnBefore: warn as Duration,
  drafts: clientStore<Record<string, Draft>>({
    name: "drafts",
    backend: "local",
    ttl: { absolute: "7d" },
  }),
});

/** The endpoint's first answer, or that there is none. */
export const ready = session.check();

/** For a form's answer as JSON: where the server would have sent a browser. */
export async function send(form: HTMLFormElement): Promise<string> {
  return nextOf(await session.fetch(form.action, requestOf(form)));
}

export function requestOf(form: HTMLFormElement): RequestInit {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  return {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams(fields),
  };
}

/** Rejects for an answer that is none of an action. */
export async function nextOf(response: Response): Promise<string> {
  if (!response.ok) throw new Error(`the server says ${response.status}`);
  const { next }: { next: string } = await response.json();
  return next;
}
