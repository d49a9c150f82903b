import { cookiePolicy } from "@coatcheck/core";
import { createCookies, defineCookie } from "@coatcheck/core/cookies";
import { z } from "zod";
import { storageKinds } from "./kinds.ts";

/**
 * The visitor's choice, in a cookie that is no session: nobody has to be told apart for it, and whatever a client makes up in its place
 * is not in the schema, so it counts as no choice.
 */
export function preferences(secure: boolean) {
  const policy = cookiePolicy({ name: secure ? "__Host-storage" : "storage", secure });
  const storage = defineCookie(policy, { schema: z.enum(storageKinds), maxAge: "90d" });
  return { storage, cookies: createCookies([storage]) };
}

export type Preferences = ReturnType<typeof preferences>;
