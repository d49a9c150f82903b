import { createSessions, type SessionStore, type Sessions } from "@coatcheck/core";
import type { ServerSettings, SoakData } from "./message.ts";

export const STORE_TIMEOUT_MS = 2_000;

export function managerOf(store: SessionStore, settings: ServerSettings): Sessions<SoakData> {
  const { perUser, idle, touchEvery, grace } = settings;
  return createSessions<SoakData>({
    storage: store,
    limits: { perUser },
    storeTimeout: `${STORE_TIMEOUT_MS}ms`,
    timeouts: {
      idle: `${idle}ms`,
      touchEvery: `${touchEvery}ms`,
      rotationGrace: `${grace}ms`,
    },
  });
}

export const COOKIE = "__Host-id";
