import { AsyncLocalStorage } from "node:async_hooks";
import { attempt, chain } from "../promise.ts";
import type { SessionRequest } from "../request/request.ts";
import { coreIn, type Sessions } from "../session/manager.ts";
import { Session, unitOf } from "../session/session.ts";
import type { Strategy } from "../session/strategy.ts";
import { type Explanation, explanationOf } from "./explanation.ts";
import { isInsecure, noteDecision, noteHeaders, noteWish } from "./noting.ts";
import { listenIn, noteFinding, type Scene, traceOf } from "./scene.ts";
import { blankStep, type Step, type Trace } from "./trace.ts";

/** Told of each request whose session was committed, could not be committed, or could not be opened. */
export type ExplainListener = (explanation: Explanation, request: SessionRequest) => void;

/** The explain mode of one manager, from `explainRequests` on until `stop`. */
export interface Explainer {
  /**
   * What is known so far of a session, or of a request as a framework hands it out. `undefined` if it was not opened in this mode. Also for
   * one that was refused.
   */
  of(target: object): Explanation | undefined;
  /** Ends the mode. */
  stop(): void;
}

/**
 * Switches explain mode on: for each request of this manager it is noted why its session was found or not, and why the response brings a
 * token or not. `listener` gets it after the commit that the response waits for, and after a later one that had something to do.
 * For development and for one hard case in production: it costs each request a little time. A manager without it pays nothing.
 */
export function explainRequests<Data extends object>(
  sessions: Sessions<Data>,
  listener?: ExplainListener,
): Explainer {
  const core = coreIn(sessions);
  const { open, commit } = sessions;
  const strategy = core.strategy;
  const scenes = new AsyncLocalStorage<Scene>();
  /** By request and by unit of work. */
  const traces = new WeakMap<object, Trace>();
  const latest = new WeakMap<Trace, Explanation>();
  let stopped = false;

  const tell = (trace: Trace, step?: Step) => {
    const before = latest.get(trace);
    const explanation = explanationOf(trace, step);
    const { code } = explanation.decision;
    // The commit before the end of a response, where the one before its headers has said it all.
    if (before && (code === "idle" || code === "over" || code === "degraded")) return;
    latest.set(trace, explanation);
    try {
      listener?.(explanation, trace.request);
    } catch (error) {
      // As with events: a listener's bug must not become the request's.
      queueMicrotask(() => {
        throw error;
      });
    }
  };

  const explaining: Strategy = {
    ...strategy,
    judge(own, token) {
      const scene = scenes.getStore();
      const arrived = scene?.unjudged?.shift();
      if (!scene || !arrived) return strategy.judge(own, token);
      const judged = scenes.run({ ...scene, token: arrived }, () => strategy.judge(own, token));
      return chain(judged, (finding) => noteFinding(arrived, finding));
    },
    // What has nothing to write is to be explained too.
    isDue: () => true,
    save(own, unit, deliverable) {
      const step = scenes.getStore()?.step;
      if (step) noteWish(step, unit, deliverable);
      return chain(strategy.save(own, unit, deliverable), (change) => {
        // What a remember-me token has opened brings its token though nothing is written.
        const told = change ?? (deliverable === false ? undefined : unit.untold);
        if (step && told) step.change = told === "clear" ? "cleared" : "set";
        return change;
      });
    },
  };

  const opening: typeof open = (request, facts, channel) => {
    if (stopped) return open.call(sessions, request, facts, channel);
    const trace = traceOf(core, request);
    traces.set(request, trace);
    const unjudged = trace.tokens.filter(({ wellFormed }) => wellFormed);
    return attempt(
      () =>
        chain(
          scenes.run({ trace, unjudged }, () => open.call(sessions, request, facts, channel)),
          (session) => {
            const unit = unitOf(session);
            trace.unit = unit;
            traces.set(unit, trace);
            const { onDecision } = unit;
            unit.onDecision = (batch, decision) => {
              onDecision?.(batch, decision);
              const step = scenes.getStore()?.step;
              if (step) noteDecision(step, batch, decision);
            };
            return session;
          },
        ),
      (error) => {
        trace.failure = error;
        tell(trace);
        throw error;
      },
    );
  };

  const committing: typeof commit = (session) => {
    const trace = traces.get(unitOf(session));
    if (!trace || stopped) return commit.call(sessions, session);
    const step = blankStep();
    return attempt(
      () =>
        chain(
          scenes.run({ trace, step }, () => commit.call(sessions, session)),
          (headers) => {
            noteHeaders(step, headers);
            tell(trace, step);
            return headers;
          },
        ),
      (error) => {
        step.failure = error;
        step.insecure = isInsecure(error, trace.unit);
        tell(trace, step);
        throw error;
      },
    );
  };

  const unlisten = listenIn(sessions.events, scenes);
  Object.assign(core, { strategy: explaining });
  Object.assign(sessions, { open: opening, commit: committing });

  return {
    of(target) {
      const trace = traceFor(target);
      return trace && (latest.get(trace) ?? explanationOf(trace, undefined));
    },
    stop() {
      stopped = true;
      unlisten();
      // Unless somebody has put something around it since: then it lets everything pass.
      if (core.strategy === explaining) Object.assign(core, { strategy });
      if (sessions.open === opening) Object.assign(sessions, { open });
      if (sessions.commit === committing) Object.assign(sessions, { commit });
    },
  };

  function traceFor(target: object): Trace | undefined {
    const { raw, req } = target as { readonly raw?: object; readonly req?: object };
    const keys = [target instanceof Session ? unitOf(target) : target, raw, req];
    return keys.map((key) => key && traces.get(key)).find((trace) => trace);
  }
}
