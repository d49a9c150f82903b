import { leaveFor } from "./leaving.ts";
import { pageUser, ready, send, session } from "./session.ts";

type Values = Record<string, string>;

const form = document.querySelector<HTMLFormElement>("form[data-draft]");
if (form) keep(form, form.dataset.draft ?? "");

/** Keeps what is typed until the server has it: over a reload, without a connection, and past the session's end. */
function keep(form: HTMLFormElement, name: string): void {
  let isSending = false;
  let isWaiting = false;
  /** Fields that somebody has typed into since the page opened. */
  const typed = new Set<string>();

  async function fillIn(): Promise<void> {
    const draft = (await session.drafts.load(name)) as Values | undefined;
    if (draft && fill(form, draft, typed)) {
      tell(form, "restored", "What you typed before is filled in.");
    }
  }
  const filled = ready.then(fillIn);

  /** Whether that could be. What one user types is never kept as another's, nor as nobody's, which everybody would get. */
  async function save(): Promise<boolean> {
    // Not before: what is in the form then is only half of it.
    await filled;
    if (session.report === undefined || session.userId !== pageUser) return false;
    return session.drafts.save(name, valuesOf(form)).then(
      () => true,
      () => false,
    );
  }

  form.addEventListener("input", ({ target }) => {
    typed.add((target as HTMLInputElement).name);
    void save();
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
    } catch (error) {
      isWaiting = error instanceof TypeError;
      const why = isWaiting ? "There is no connection." : "The server could not take it.";
      const kept = (await save()) ? "What you have typed is kept on this device: send" : "Send";
      tell(form, "unsent", `${why} ${kept} it again later.`);
    } finally {
      isSending = false;
    }
  });

  session.onChange(({ before }) => {
    if (before !== "offline") return;
    if (typed.size > 0) void save();
    if (!isWaiting) return;
    isWaiting = false;
    tell(form, "unsent", "The connection is back. What you have typed is still here: send it now.");
  });
}

function valuesOf(form: HTMLFormElement): Values {
  const { owner: _, ...values } = Object.fromEntries(new FormData(form));
  return values as Values;
}

/** Whether that changed anything. What has been typed since counts more. */
function fill(form: HTMLFormElement, values: Values, typed: ReadonlySet<string>): boolean {
  const before = JSON.stringify(valuesOf(form));
  for (const [name, value] of Object.entries(values)) {
    if (typed.has(name)) continue;
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
