import type { AsyncLocalStorage } from "node:async_hooks";
import type { EventSource } from "../events.ts";
import type { SessionRequest } from "../request/request.ts";
import type { Core } from "../session/core.ts";
import type { Finding } from "../session/strategy.ts";
import type { ArrivedToken } from "./tokens.ts";
import type { Step, Trace } from "./trace.ts";

/** Whose work is being done right now, so that what the core tells nobody in particular finds its request. */
export interface Scene {
  readonly trace: Trace;
  /** The tokens that are still to be judged, in the order in which that happens. */
  readonly unjudged?: ArrivedToken[];
  /** The one that is being judged. */
  readonly token?: ArrivedToken;
  readonly step?: Step;
}

/** Looks at a request as the core is about to. The tokens are not kept. */
export function traceOf(core: Core, request: SessionRequest): Trace {
  const { transports, strategy, cookie } = core;
  const tokens = transports.flatMap((by) =>
    by.read(core, request).map((text) => ({ by, wellFormed: strategy.parse(text) !== undefined })),
  );
  return { request, tokens, cookieName: cookie.name, carried: strategy.carried };
}

export function noteFinding(token: ArrivedToken, finding: Finding): Finding {
  token.id ??= finding.loaded?.record.id ?? finding.reuse?.id;
  token.match = finding.match;
  token.reuse = finding.reuse !== undefined;
  return finding;
}

/** Notes what only events tell. Gives what ends that. */
export function listenIn(events: EventSource, scenes: AsyncLocalStorage<Scene>): () => void {
  const ends = [
    events.on("token-rejected", ({ id, reason }) => {
      const scene = scenes.getStore();
      if (scene?.token) Object.assign(scene.token, { id, rejected: reason });
      else if (reason === "ambiguous") {
        const good = scene?.trace.tokens.filter((token) => token.id === id) ?? [];
        for (const token of good) token.rejected = reason;
      }
    }),
    events.on("reuse-detected", ({ id }) => {
      const tokens = scenes.getStore()?.trace.tokens ?? [];
      for (const token of tokens) if (token.reuse && token.id === id) token.condemned = true;
    }),
    events.on("rotated", () => {
      const step = scenes.getStore()?.step;
      if (step) step.rotated = true;
    }),
    events.on("hand-off-refused", ({ reason }) => {
      const step = scenes.getStore()?.step;
      if (step) step.handOffRefusal = reason;
    }),
    events.on("conflict", () => {
      const step = scenes.getStore()?.step;
      if (step) step.conflicts++;
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
