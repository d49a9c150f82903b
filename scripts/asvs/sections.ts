import { cookies, origins, storage } from "./chapters/browser.ts";
import { passwords } from "./chapters/passwords.ts";
import { providers } from "./chapters/providers.ts";
import { sessions } from "./chapters/sessions.ts";
import type { Section } from "./requirement.ts";

export const sections: readonly Section[] = [
  ...sessions,
  cookies,
  origins,
  passwords,
  storage,
  ...providers,
];
