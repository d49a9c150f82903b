import { channel } from "../store/channel.ts";
import { type AccessToken, access } from "./access.ts";
import { type Drafts, draftsOf } from "./drafts.ts";
import {
  expiry,
  isNewer,
  type Knowledge,
  learn,
  nextLook,
  type SessionChange,
  type SessionClientState,
  type SessionReport,
  seen,
  signedOut,
  stateOf,
} from "./knowledge.ts";
import { type SessionClientOptions, settingsOf } from "./options.ts";
import { transmitter } from "./transmit.ts";

/** What a page knows of its session, in step with all its tabs. */
export interface SessionClient {
  readonly state: SessionClientState;
  /** Who is signed in. */
  readonly userId: string | undefined;
  /** What the endpoint said last, with `lastSeenAt` and `expiresAt` as requests have moved them since. */
  readonly report: SessionReport | undefined;
  /** Milliseconds until the session ends unless a request is made; `undefined` if nobody is signed in. */
  readonly expiresIn: number | undefined;
  /**
   * `fetch` with the session: cookies or the access token, and the CSRF token, for `baseUrl`'s origin and no other. With `"bearer"` an expired token is refreshed before, and after a 401 once, and
   * the request repeated. An answer counts as activity, in all tabs.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Asks the endpoint, as after a login by `fetch`. No activity; never rejects. */
  check(): Promise<SessionClientState>;
  /** For `"bearer"`: the access token that a login brought. */
  signedIn(token?: AccessToken): Promise<SessionClientState>;
  /** Sends the request, by default a POST. Once the server has done it, every tab is `"anonymous"`, token and drafts are gone; if it has not, nothing changes. */
  signOut(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  readonly drafts: Drafts;
  /** Calls `listener` when the state changes, or the user; returns what ends that. */
  onChange(listener: (change: SessionChange) => void): () => void;
  /** Ends timers and listening. */
  close(): void;
}

type Message = { readonly known: Knowledge; readonly out: boolean };

/** Between two questions to a server that does not answer. */
const RETRY = 30_000;
/** For the endpoint's answer. */
const PATIENCE = 10_000;
/** A later timer would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** Makes a page's session client, which asks the endpoint at once. Throws a `ClientStoreError` of code `"config"` for a wrong option. */
export function sessionClient(options: SessionClientOptions = {}): SessionClient {
  const { base, endpoint, refresh, csrf, warnBefore, send, clock } = settingsOf(options);
  const name = `coatcheck-session:${endpoint}`;
  const tokens = refresh && access(name, refresh, clock);
  // For an API of another origin too.
  const common: RequestInit = tokens ? {} : { credentials: "include" };
  const transmit = transmitter(send, csrf, tokens);
  const listeners = new Set<(change: SessionChange) => void>();
  const closing = new AbortController();
  let known: Knowledge | undefined;
  let offline = false;
  let shown: SessionClientState = "unknown";
  let shownUser: string | undefined;
  let checking: Promise<SessionClientState> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let epoch = 0;
  let hear = (): void => {};
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });

  const tabs = channel<Message>(name, ({ known: theirs, out }) => {
    if (!isNewer(theirs, known, clock())) return;
    if (out) forget();
    else if (theirs.report.signedIn) tokens?.hope();
    // A page that was opened after the session's end knows of nobody: whose it was this one knows still.
    adopt(out || theirs.report.signedIn ? theirs : learn(known, theirs.report, theirs.askedAt));
  });

  const userId = (): string | undefined => (shown === "expired" ? undefined : known?.report.userId);

  function show(): void {
    const before = shown;
    const now = clock();
    shown = stateOf(known, offline, now, warnBefore);
    clearTimeout(timer);
    if (closing.signal.aborted) return;
    const at = Math.min(nextLook(known, now, warnBefore), offline ? now + RETRY : Infinity);
    if (at < Infinity) timer = setTimeout(look, Math.min(at - now, LONGEST));
    const user = userId();
    if (before === shown && user === shownUser) return;
    shownUser = user;
    const change = { state: shown, before, userId: user };
    // Each in a task of its own: what one throws is nobody else's affair.
    for (const listener of listeners) queueMicrotask(() => listener(change));
  }

  function look(): void {
    // What has ended is over at once; whether a warning is due the server knows better.
    if (known && expiry(known) <= clock()) show();
    void check();
  }

  function adopt(next: Knowledge): void {
    known = next;
    hear();
    show();
  }

  /** Here and in all tabs. `out`: somebody has signed out. */
  function tell(next: Knowledge, out = false): void {
    adopt(next);
    if (!closing.signal.aborted) tabs.tell({ known: next, out });
  }

  /** What was asked before does not count any more. */
  function forget(): void {
    epoch++;
    checking = undefined;
    tokens?.take(undefined);
  }

  function reached(is: boolean): void {
    if (offline === !is) return;
    offline = !is;
    show();
  }

  function check(): Promise<SessionClientState> {
    if (!checking) {
      const mine = ask().finally(() => {
        if (checking === mine) checking = undefined;
      });
      checking = mine;
    }
    return checking;
  }

  async function ask(): Promise<SessionClientState> {
    const began = epoch;
    tokens?.hope();
    try {
      const askedAt = clock();
      const signal = AbortSignal.timeout(PATIENCE);
      const question = () => new Request(endpoint, { ...common, cache: "no-store", signal });
      let response = await transmit(question());
      let report: SessionReport | undefined = response.ok ? await response.json() : undefined;
      // With an access token that has expired the endpoint sees nobody, and says so without a 401.
      const token = report?.signedIn === false && (await tokens?.current());
      if (token && (await tokens?.renew(token))) {
        response = await transmit(question());
        report = await response.json();
      }
      if (began === epoch && !closing.signal.aborted) {
        offline = !report;
        const next = report && learn(known, report, askedAt);
        if (next && isNewer(next, known, clock())) {
          tell(next);
        }
      }
    } catch {
      if (began === epoch) offline = true;
    }
    if (began === epoch) show();
    return shown;
  }

  async function sessionFetch(
    input: string | URL | Request,
    init?: RequestInit,
  ): Promise<Response> {
    const target = input instanceof Request ? input : new URL(input, base);
    // Whoever else is asked gets nothing of the session.
    if (new URL(target instanceof Request ? target.url : target).origin !== base.origin) {
      return send(new Request(target, init));
    }
    const request = new Request(target, { ...common, ...init });
    const at = clock();
    let response: Response;
    try {
      response = await transmit(request);
    } catch (error) {
      // An abort is the page's own.
      if (error instanceof TypeError) reached(false);
      throw error;
    }
    reached(true);
    if (response.status === 401) {
      if (known?.report.signedIn) void check();
    } else if (known && response.status < 500) {
      const next = seen(known, at);
      if (next !== known) {
        const asks = shown === "expiring";
        tell(next);
        if (asks) void check();
      }
    }
    return response;
  }

  for (const event of ["online", "visibilitychange"]) {
    globalThis.addEventListener?.(
      event,
      () => {
        if (globalThis.document?.visibilityState !== "hidden") void check();
      },
      { signal: closing.signal },
    );
  }
  void check();

  return {
    get state() {
      return shown;
    },
    get userId() {
      return userId();
    },
    get report() {
      return known?.report;
    },
    get expiresIn() {
      return known?.report.signedIn ? Math.max(0, expiry(known) - clock()) : undefined;
    },
    fetch: sessionFetch,
    check,
    signedIn(token) {
      if (token) tokens?.take(token);
      // What is under way was asked before.
      epoch++;
      checking = undefined;
      return check();
    },
    async signOut(input, init) {
      const response = await sessionFetch(input, { method: "POST", ...init });
      if (response.ok || response.type === "opaqueredirect") {
        forget();
        tell(signedOut(clock()), true);
        await options.drafts?.clear();
      }
      return response;
    },
    drafts: draftsOf(options.drafts, async (sure) => {
      if (!known) await (sure ? heard : checking);
      return known?.userId;
    }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closing.abort();
      clearTimeout(timer);
      tabs.close();
      listeners.clear();
    },
  };
}
