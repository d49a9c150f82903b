import { SessionConfigError } from "@coatcheck/core";
import { SettingError, type Settings } from "./environment.ts";
import type { Place } from "./shop/context.ts";
import { storageWords } from "./storage/kinds.ts";

const COMMAND = "npx -y pnpm@12.18.0 demo";

export function welcome(places: readonly Place[], settings: Settings, swept: number): string {
  const { host, database, secure, storage } = settings;
  const shownHost = ["127.0.0.1", "0.0.0.0", "::", "::1"].includes(host) ? "localhost" : host;
  const width = Math.max(...places.map(({ name }) => name.length));
  const rows = places.map(
    ({ name, port }) => `  ${name.padEnd(width)}  http://${shownHost}:${port}`,
  );
  const gone = swept === 1 ? "1 expired session" : `${swept} expired sessions`;
  return `
  Coatcheck demo: one shop, five servers, one session

${rows.join("\n")}

  Try   put a coat in the cart on one server and open the cart on another
        log in as alice, bob or admin (the login page has their passwords): you are logged in on all five
        begin the checkout, press Ctrl-C here, start again: nothing is lost
        choose where your session lives, at the top of every page: it begins ${storageWords[storage]} (DEMO_STORAGE)
  File  ${database} (${gone} swept), and the other storages' beside it
  Stop  Ctrl-C${secure ? SAFARI : ""}
`;
}

const SAFARI = `

  Safari keeps no Secure cookie of http://localhost: start with DEMO_INSECURE_COOKIE=1 for it.`;

export function portsTaken(taken: readonly Place[], free: number | undefined): string {
  const which = taken.map(({ name, port }) => `port ${port} (for ${name})`).join(", ");
  const verb = taken.length === 1 ? "is" : "are";
  return `Nothing was started: ${which} ${verb} taken by another program.
Choose the first of five other ports: PORT=${free ?? 4000} ${COMMAND}`;
}

/** An error that whoever starts the demo can do something about; `undefined` for any other. */
export function whyNotStarted(error: unknown, places: readonly Place[]): string | undefined {
  const { code, port, syscall, message } = error as NodeJS.ErrnoException & { port?: number };
  if (error instanceof SettingError) return message;
  if (error instanceof SessionConfigError || syscall === "mkdir" || syscall === "open") {
    return `The demo's files cannot be used: ${message}`;
  }
  // Taken in the moment between the question and the start.
  if (code === "EADDRINUSE") {
    return portsTaken(
      places.filter((place) => place.port === port),
      undefined,
    );
  }
  return syscall === "listen" ? `No server could be started: ${message}` : undefined;
}
