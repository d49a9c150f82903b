import { describe, expect, test } from "vitest";
import { keyRing } from "../sealed/key-ring.ts";
import { run } from "./run.ts";

function called(...args: string[]) {
  const written = { stdout: "", stderr: "" };
  const status = run(args, {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  });
  return { status, ...written };
}

describe("coatcheck", () => {
  test("keygen prints a key that a ring takes, another one each time, and nothing else", () => {
    const { status, stdout, stderr } = called("keygen");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^[\w-]{43}\n$/);
    expect(() => keyRing(stdout.trim())).not.toThrow();
    expect(called("keygen").stdout).not.toBe(stdout);
  });

  test.each([["--help"], ["-h"], ["help"]])("%s says what there is", (option) => {
    expect(called(option)).toMatchObject({ status: 0, stderr: "" });
    expect(called(option).stdout).toContain("coatcheck keygen");
  });

  test.each([[[]], [["keygen", "hunter2"]], [["seal"]]])(
    "%j is refused, with the usage",
    (args) => {
      const { status, stdout, stderr } = called(...args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toContain("coatcheck keygen");
    },
  );
});
