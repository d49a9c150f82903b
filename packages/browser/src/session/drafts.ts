import { refuse } from "../store/refuse.ts";
import type { DraftStore } from "./options.ts";

/** What a draft store keeps. */
export interface Draft {
  /** Whose it is; `null`: of a visitor whom nobody knows. */
  readonly owner: string | null;
  readonly value: unknown;
}

/** What has been typed and the server does not have yet. It outlives the session's end, and not its sign-out. */
export interface Drafts {
  /** Keeps a form's values, for who is signed in, or was until the session ended. Waits until the endpoint has said who that is. */
  save(form: string, value: unknown): Promise<void>;
  /** Those of a form, for whose they are; what was typed while nobody was signed in is for everybody. */
  load(form: string): Promise<unknown>;
  /** The server has them. */
  done(form: string): Promise<void>;
}

/** `owner`: who is signed in, or was. `sure`: once that is known, however long it takes; until then a draft would be kept as nobody's. */
export function draftsOf(
  given: DraftStore | undefined,
  owner: (sure: boolean) => Promise<string | undefined>,
): Drafts {
  const store = (): DraftStore => given ?? refuse("drafts", "must be a client store");
  return {
    async save(form, value) {
      const drafts = store();
      return drafts.set(form, { owner: (await owner(true)) ?? null, value });
    },
    async load(form) {
      const draft = await store().get(form);
      // A shared device: what one user typed is not for the next.
      return draft && [null, await owner(false)].includes(draft.owner) ? draft.value : undefined;
    },
    async done(form) {
      const drafts = store();
      // After what was to be kept before.
      await owner(true);
      return drafts.delete(form);
    },
  };
}
