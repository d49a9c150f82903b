import { describe, expect, test } from "vitest";
import { run, script } from "./script.ts";

/** A server that answers from a list, and what was sent to it. */
function server(...answers: readonly unknown[]) {
  const sent: string[][] = [];
  const left = [...answers];
  const send = async (_key: string, args: string[]): Promise<unknown> => {
    sent.push(args);
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { sent, send };
}

const hello = script("return 'hello'");

describe("a script", () => {
  test("is called by its name", async () => {
    const { sent, send } = server("hello");
    expect(await run(send, hello, "key", 1, ["b"])).toBe("hello");
    expect(sent).toEqual([["EVALSHA", hello.sha1, "1", "key", "1", "b"]]);
  });

  test("is sent as text to a server that does not know it", async () => {
    const { sent, send } = server(new Error("NOSCRIPT No matching script."), "hello");
    expect(await run(send, hello, "key", "a", [])).toBe("hello");
    expect(sent.at(-1)).toEqual(["EVAL", hello.text, "1", "key", "a"]);
  });

  test("is not tried again after any other failure, since it may have been executed", async () => {
    const { sent, send } = server(new Error("Socket closed unexpectedly"));
    await expect(run(send, hello, "key", "a", [])).rejects.toThrow("Socket closed");
    expect(sent).toHaveLength(1);
  });
});
