import { describe, expect, test } from "vitest";
import { createSessions } from "../session/manager.ts";
import { Exchange } from "./exchange.ts";

const line = (cookie: string) => ["set-cookie", `${cookie}; Path=/`] as const;

function delivered(...commits: readonly (readonly (readonly [string, string])[])[]) {
  const exchange = new Exchange(createSessions(), { headers: {} }, {});
  for (const headers of commits) exchange.deliver(headers);
  return exchange.headers;
}

describe("the headers of two commits in one response", () => {
  test("a cookie that only the first one told goes out with those of the second", () => {
    const [id, token] = [line("id=1"), line("remember=1")];
    expect(delivered([id, token], [token])).toEqual([id, token]);
    expect(delivered([token], [id])).toEqual([token, id]);
  });

  test("of one cookie the last line counts", () => {
    expect(delivered([line("id=1"), line("remember=1")], [line("id=2")])).toEqual([
      line("remember=1"),
      line("id=2"),
    ]);
  });

  test("a session in several cookies is told as a whole", () => {
    const before = [line("id=1"), line("id.1=1"), line("id.2=1")];
    expect(delivered(before, [line("id=2")])).toEqual([line("id=2")]);
  });

  test("of any other header too", () => {
    expect(delivered([["cache-control", "no-store"]], [["cache-control", "private"]])).toEqual([
      ["cache-control", "private"],
    ]);
  });
});
