import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseSteps, type Step } from "./steps.ts";

export const ROOT = join(import.meta.dirname, "../..");

/** A ```ts block of a Markdown file: a whole program. */
export interface Block {
  /** Path of the file from the root, the heading above the block, and which one of that heading's blocks it is. */
  readonly title: string;
  readonly heading: string;
  readonly code: string;
  /** Line of the file where the code begins. */
  readonly line: number;
  readonly file: string;
  /** What is to be asked of it, from a comment `<!-- try: … -->` above it. */
  readonly steps: readonly Step[] | undefined;
}

/** Every Markdown file that a user reads. */
export function documents(): string[] {
  const files = ["README.md", "SECURITY.md", "CONTRIBUTING.md"];
  for (const folder of ["packages", "examples"]) {
    for (const name of readdirSync(join(ROOT, folder))) files.push(`${folder}/${name}/README.md`);
  }
  for (const name of readdirSync(join(ROOT, "docs"))) {
    if (name.endsWith(".md")) files.push(`docs/${name}`);
  }
  return files.filter((file) => existsSync(join(ROOT, file)));
}

/** What is not run here: `html` is opened by tests/browser. A `typescript` or `js` block would go unnoticed. */
const OTHER_LANGUAGES = ["", "sh", "http", "json", "text", "html"];

export function blocksOf(file: string): Block[] {
  const blocks: Block[] = [];
  const lines = readFileSync(join(ROOT, file), "utf8").split("\n");
  let heading = "";
  let steps: readonly Step[] | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const at = `${file}:${index + 1}`;
    const asked = /^<!-- try: (.*) -->$/.exec(line)?.[1];
    if (asked !== undefined) {
      if (lines[index + 1] !== "```ts") throw new Error(`${at}: there is no program to try`);
      steps = parseSteps(asked);
    } else if (line.startsWith("#")) heading = line.replace(/^#+ /, "");
    else if (line.startsWith("```")) {
      const end = lines.indexOf("```", index + 1);
      if (end === -1) throw new Error(`${at}: a block without an end`);
      if (line === "```ts") {
        const code = `${lines.slice(index + 1, end).join("\n")}\n`;
        const number = blocks.filter((it) => it.heading === heading).length + 1;
        const title = `${file}: ${heading} (${number})`;
        blocks.push({ title, heading, code, line: index + 2, file, steps });
      } else if (!OTHER_LANGUAGES.includes(line.slice(3))) {
        throw new Error(`${at}: write ts for a program, text for what is none`);
      }
      steps = undefined;
      index = end;
    }
  }
  return blocks;
}

/** Links to files of this repository that are not there, and to headings that no file has. */
export function deadLinks(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  const dead: string[] = [];
  for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path = "", anchor] = target.split("#");
    const linked = path === "" ? join(ROOT, file) : join(ROOT, file, "..", path);
    if (!existsSync(linked) || relative(ROOT, linked).startsWith("..")) dead.push(target);
    else if (anchor !== undefined && !anchorsOf(linked).includes(anchor)) dead.push(target);
  }
  return dead;
}

/** As GitHub makes them of headings. */
function anchorsOf(path: string): string[] {
  const headings = readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
