import { generateKey } from "../sealed/key.ts";

const USAGE = `coatcheck keygen   prints a new key for sealed sessions and cookies: 32 random bytes in base64url

Keep it out of the repository, in the environment or a secret store:
  SESSION_KEY=$(npx coatcheck keygen)
`;

/** Where a command writes; `process` is one. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Runs a command line, and gives the exit status: 0, or 2 for one that makes no sense. */
export function run(args: readonly string[], { stdout, stderr }: Terminal): number {
  const [command, ...rest] = args;
  if (command === "keygen" && rest.length === 0) {
    stdout.write(`${generateKey()}\n`);
    return 0;
  }
  if (command === "--help" || command === "-h" || command === "help") {
    stdout.write(USAGE);
    return 0;
  }
  if (command !== undefined) stderr.write(`coatcheck: cannot ${args.join(" ")}\n\n`);
  stderr.write(USAGE);
  return 2;
}
