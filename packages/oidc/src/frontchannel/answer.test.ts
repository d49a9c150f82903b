import { memoryStore } from "@coatcheck/core";
import { countingStore, faultStore } from "@coatcheck/testkit";
import { expect, test } from "vitest";
import { connectionsBench } from "../testing/connections-bench.ts";
import { formRequest, headersOf } from "../testing/request.ts";
import { answerFrontchannel } from "./answer.ts";

const ISSUER = "https://id.example";
const get = (query: string) => ({
  ...formRequest(undefined, "GET"),
  url: `/auth/frontchannel-logout${query}`,
});
const both = `?iss=${encodeURIComponent(ISSUER)}&sid=1`;

test("ends the sessions of the sid, and no others", async () => {
  const it = connectionsBench();
  const one = await it.begin("one", { sid: "1" });
  const two = await it.begin("two", { sid: "2" });
  const elsewhere = await it.begin("elsewhere", { sid: "1", issuer: "https://other.example" });
  const ended: (readonly string[])[] = [];
  const logout = {
    connections: it.connections,
    issuer: ISSUER,
    onSignedOut: (_: object, ids: readonly string[]) => void ended.push(ids),
  };
  const answer = await answerFrontchannel(logout, get(both));
  expect([answer.status, headersOf(answer, "cache-control")]).toEqual([200, ["no-store"]]);
  expect(ended).toEqual([[one]]);
  expect([...it.sessions]).toEqual([two, elsewhere]);
});

test.each([
  ["nothing", ""],
  ["iss alone", `?iss=${encodeURIComponent(ISSUER)}`],
  ["sid alone", "?sid=1"],
  ["another iss", "?iss=https%3A%2F%2Fother.example&sid=1"],
  ["an empty sid", `?iss=${encodeURIComponent(ISSUER)}&sid=`],
  ["two sids", `${both}&sid=2`],
])("%s is 400, and ends nothing", async (_, query) => {
  const it = connectionsBench();
  await it.begin("one", { sid: "1" });
  const answer = await answerFrontchannel(
    { connections: it.connections, issuer: ISSUER },
    get(query),
  );
  expect([answer.status, headersOf(answer, "cache-control")]).toEqual([400, ["no-store"]]);
  expect(it.sessions.size).toBe(1);
});

test("a POST is 405, and a store that fails 503", async () => {
  const it = connectionsBench({ store: faultStore(memoryStore(), [{ kind: "fail" }]) });
  const logout = { connections: it.connections, issuer: ISSUER };
  expect((await answerFrontchannel(logout, formRequest({}))).status).toBe(405);
  expect((await answerFrontchannel(logout, get(both))).status).toBe(503);
});

test("writes nothing for a sid that nobody has", async () => {
  const store = countingStore(memoryStore());
  const it = connectionsBench({ store });
  const logout = { connections: it.connections, issuer: ISSUER };
  expect((await answerFrontchannel(logout, get(both))).status).toBe(200);
  expect(store.log.map(({ method }) => method)).toEqual(["listByUser"]);
});
