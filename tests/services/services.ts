import { connect } from "node:net";
import { describe, expect, test } from "vitest";

/** A server that tests talk to, and whether it answers. */
export interface Service {
  readonly name: string;
  readonly url: string;
  /** Why its tests cannot run; `undefined` where they can. */
  readonly missing: string | undefined;
}

export const redisService = (): Promise<Service> =>
  find("Redis", "REDIS_URL", "redis://127.0.0.1:6379");
export const postgresService = (): Promise<Service> =>
  find("Postgres", "POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres");
export const mysqlService = (): Promise<Service> =>
  find("MySQL", "MYSQL_URL", "mysql://root@127.0.0.1:3306/test");

/**
 * The tests of `suite` where the service answers. Elsewhere they are shown as skipped, with the reason; with `CI=true` that is a
 * failure.
 */
export function describeWith(
  service: Pick<Service, "missing">,
  name: string,
  suite: () => void,
): void {
  const { missing } = service;
  if (missing === undefined) {
    describe(name, suite);
    return;
  }
  describe.skip(`${name}: ${missing}`, suite);
  requireInCI(missing);
}

/** With `CI=true` nothing may be missing. */
export function requireInCI(missing: string): void {
  test.runIf(process.env.CI === "true")(`CI has every service: ${missing}`, () => {
    expect.fail(missing);
  });
}

async function find(name: string, variable: string, fallback: string): Promise<Service> {
  const url = process.env[variable] ?? fallback;
  const { hostname, port } = new URL(url);
  const missing = (await answers(hostname, Number(port)))
    ? undefined
    : `no ${name} at ${hostname}:${port} (set ${variable})`;
  return { name, url, missing };
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", settle(true));
    socket.once("error", settle(false));
    socket.once("timeout", settle(false));
  });
}
