import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { describeLimit } from "./describe-limit.ts";

describe("one SQLite file", () => {
  describeLimit("sqlite", async () => {
    const directory = mkdtempSync(join(tmpdir(), "coatcheck-"));
    const remove = async () => rmSync(directory, { recursive: true, maxRetries: 3 });
    return { urls: [join(directory, "sessions.db")], name: "", remove };
  });
});
