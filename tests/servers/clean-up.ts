import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { guard } from "./guard.ts";
import type { User } from "./postgres-user.ts";

/** Stops a server after the test that started it. One that was started in `beforeAll` is stopped by whoever started it. */
export function afterTest(stop: () => Promise<void>): void {
  try {
    onTestFinished(stop);
  } catch {
    // Outside of a test; the guards remain.
  }
}

/** A directory of its own for a server. */
export interface Directory {
  readonly path: string;
  remove(): void;
}

export function temporaryDirectory(owner?: User): Directory {
  const path = mkdtempSync(join(tmpdir(), "coatcheck-"));
  if (owner) chownSync(path, owner.uid, owner.gid);
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  // Servers that are being killed may still write.
  const dismiss = guard({ act: remove, script: 'sleep 1; rm -rf "$1"', argument: path });
  return {
    path,
    remove: () => {
      remove();
      dismiss();
    },
  };
}
