import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Block, blocksOf, deadLinks, documents } from "./blocks.ts";
import { runProgram } from "./program.ts";
import { checkTypes, writeLoaderConfig } from "./types.ts";

/** Programs that run at the same time. */
const LANES = 2;
const TIMEOUT = 120_000;

const files = documents();
const blocks = files.flatMap(blocksOf);
const nameOf = (block: Block): string => `example-${blocks.indexOf(block) + 1}`;

// Inside the tests, so that imports resolve as they do for a user.
let folder: string;
let loaderConfig: string;
let types: Promise<Map<string, string>>;
const lanes: Promise<unknown>[] = Array.from({ length: LANES }, () => Promise.resolve());

beforeAll(() => {
  folder = mkdtempSync(join(import.meta.dirname, ".examples-"));
  loaderConfig = writeLoaderConfig(folder);
  for (const block of blocks) {
    mkdirSync(join(folder, nameOf(block)));
    writeFileSync(join(folder, nameOf(block), "example.ts"), block.code);
  }
  types = checkTypes(folder, blocks.map(nameOf));
});

afterAll(async () => {
  await types;
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe("every example compiles and runs", () => {
  test.concurrent.each(blocks.map((block) => [block.title, block] as const))(
    "%s",
    async (_, block) => {
      await inLane(block, () => runProgram(block, join(folder, nameOf(block)), loaderConfig));
      const errors = (await types).get(nameOf(block));
      expect(errors, `types of ${block.file}, lines counted from ${block.line}`).toBeUndefined();
    },
    TIMEOUT,
  );
});

test.each(files)("%s: every link leads somewhere", (file) => {
  expect(deadLinks(file)).toEqual([]);
});

/** One program after the other in each lane. */
function inLane(block: Block, run: () => Promise<void>): Promise<void> {
  const lane = blocks.indexOf(block) % LANES;
  const turn = (lanes[lane] ?? Promise.resolve()).then(run);
  lanes[lane] = turn.catch(() => undefined);
  return turn;
}
