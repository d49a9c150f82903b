import { expect, test } from "vitest";
import { execute, type MysqlConnection } from "./client.ts";

/** Fails `times` times with that error number, then answers. */
function failing(times: number, errno: number) {
  let calls = 0;
  const connection: MysqlConnection = {
    async execute() {
      calls += 1;
      if (calls <= times) throw Object.assign(new Error("failed"), { errno });
      return ["answer", undefined];
    },
    query: () => Promise.reject(new Error("not meant")),
  };
  return { connection, calls: () => calls };
}

test("a deadlock is repeated, a few times", async () => {
  const few = failing(3, 1213);
  expect(await execute(few.connection, "DO 1", [])).toBe("answer");
  expect(few.calls()).toBe(4);
  const many = failing(9, 1213);
  await expect(execute(many.connection, "DO 1", [])).rejects.toThrow("failed");
  expect(many.calls()).toBe(4);
});

test("nothing else is", async () => {
  const { connection, calls } = failing(1, 1205);
  await expect(execute(connection, "DO 1", [])).rejects.toThrow("failed");
  expect(calls()).toBe(1);
});
