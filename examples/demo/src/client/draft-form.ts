import { leaveFor } from "./leaving.ts";
import { pageUser, ready, send, session } from "./session.ts";

type Values = Record<string, string>;

const form = document.querySelector<HTMLFormElement>("form[data-draft]");
if (form) void keep(form, form.dataset.draft ?? "");

/** Keeps what is typed until the server has it: over a reload, without a connection, and past the session's end. */
async function keep(form: HTMLFormElement, name: string): Promise<void> {
  let isSending = false;
  let isWaiting = false;

  form.addEventListener("input", async () => {
    await ready;
    // What one user types is never kept as another's, nor as nobody's.
    if (session.userId === pageUser) await session.drafts.save(name, valuesOf(form));
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    try {
      const next = await send(form);
      const { pathname } = new URL(next, location.href);
      // Back here: it was refused. To the login: it was not even read.
      const isTaken = pathname !== new URL(form.action).pathname && pathname !== "/login";
      if (isTaken) await session.drafts.done(name);
      leaveFor(next);
    } catch {
      await session.drafts.save(name, valuesOf(form));
      isWaiting = true;
      tell(
        form,
        "unsent",
        "There is no connection. What you have typed is kept on this device: send it again later.",
      );
    } finally {
      isSending = false;
    }
  });

  session.onChange(({ before }) => {
    if (before !== "offline" || !isWaiting) return;
    isWaiting = false;
    tell(form, "unsent", "The connection is back. What you have typed is still here: send it now.");
  });

  await ready;
  const draft = (await session.drafts.load(name)) as Values | undefined;
  if (draft && fill(form, draft)) tell(form, "restored", "What you typed before is filled in.");
}

function valuesOf(form: HTMLFormElement): Values {
  const { owner: _, ...values } = Object.fromEntries(new FormData(form));
  return values as Values;
}

/** Whether that changed anything. */
function fill(form: HTMLFormElement, values: Values): boolean {
  const before = JSON.stringify(valuesOf(form));
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof RadioNodeList) field.value = value;
  }
  return JSON.stringify(valuesOf(form)) !== before;
}

function tell(form: HTMLFormElement, about: "restored" | "unsent", words: string): void {
  const part = form.querySelector<HTMLElement>(`[data-draft-words="${about}"]`);
  if (!part) return;
  part.hidden = false;
  part.textContent = words;
}
