import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { chromiumBinary } from "./binary.ts";

describe("chromiumBinary", () => {
  const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
  const program = (name: string, mode: number) => {
    const file = join(directory, name);
    writeFileSync(file, "");
    chmodSync(file, mode);
    return file;
  };
  const chrome = program("google-chrome", 0o755);
  const plain = program("chromium", 0o644);
  afterAll(() => rmSync(directory, { recursive: true }));

  test("finds the first program on PATH", () => {
    const PATH = ["", "/nowhere", directory].join(delimiter);
    expect(chromiumBinary({ PATH })).toEqual({ path: chrome, missing: undefined });
  });

  test("takes no other for the one that was named", () => {
    expect(chromiumBinary({ CHROMIUM_PATH: chrome }).path).toBe(chrome);
    const { missing } = chromiumBinary({ CHROMIUM_PATH: plain, PATH: directory });
    expect(missing).toBe(`CHROMIUM_PATH is no program: ${plain}`);
  });

  test("says what is missing", () => {
    expect(chromiumBinary({ PATH: "/nowhere" }).missing).toMatch(/^no chromium, .* CHROMIUM_PATH/);
  });
});
