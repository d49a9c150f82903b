import { describe } from "vitest";
import { describeLocks } from "./sql/locks.ts";
import { describeTrips } from "./sql/round-trips.ts";
import type { SqlServer } from "./sql/server.ts";
import { describeSetup } from "./sql/setup.ts";
import { describeSweep } from "./sql/sweep.ts";
import { describeValues } from "./sql/values.ts";

/** What every store over an SQL server does beyond the contract. */
export function describeSql(server: SqlServer): void {
  const suite = server.service.missing === undefined ? describe : describe.skip;
  suite(`${server.name}: setup`, () => describeSetup(server));
  suite(`${server.name}: round trips`, () => describeTrips(server));
  suite(`${server.name}: locks`, () => describeLocks(server));
  suite(`${server.name}: sweep`, () => describeSweep(server));
  suite(`${server.name}: values`, () => describeValues(server));
}
