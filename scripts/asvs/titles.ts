import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { frameworkCases, frameworkCaseTitle } from "../../packages/testkit/src/index.ts";
import { root } from "../workspace.ts";

/** A test that names requirements. */
export interface NamedTest {
  readonly requirements: readonly string[];
  readonly title: string;
  /** Its file, or what the cases of the testkit run on. */
  readonly where: string;
}

const NAMED = /^ASVS (\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*)[:,] (.+)$/s;
/** Calls that announce a test which does not run. */
const IDLE = new Set(["skip", "todo", "fails"]);

/** Every test of the repository whose title names requirements, as it stands in the code. */
export function namedTests(): NamedTest[] {
  const files = ["packages", "tests", "examples"].flatMap(sourcesIn);
  return [...caseTitles(), ...files.flatMap((file) => titlesIn(file))];
}

function caseTitles(): NamedTest[] {
  return frameworkCases
    .filter(({ asvs }) => asvs !== undefined)
    .map((it) => {
      const kind = { "server-side": ", sessions in a store", token: ", sessions in their tokens" };
      const where = `on every framework package${it.storage ? kind[it.storage] : ""}`;
      return named(frameworkCaseTitle(it), where);
    });
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile() && it.name.endsWith(".ts"))
    .map((it) => relative(root, join(it.parentPath, it.name)))
    .filter((file) => !/\/(node_modules|dist)\//.test(file))
    .sort();
}

/** The titles in one file that begin so: the first argument of `test(…)`, `test.each(…)(…)` and the like. */
export function titlesIn(file: string, text = readFileSync(join(root, file), "utf8")): NamedTest[] {
  if (!text.includes("ASVS ")) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: NamedTest[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && announcesTest(node.expression)) {
      const title = titleOf(node.arguments[0]);
      if (title?.startsWith("ASVS ")) found.push(named(title, file));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function announcesTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === "test" || callee.text === "it";
  if (ts.isCallExpression(callee)) return announcesTest(callee.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  return !IDLE.has(callee.name.text) && announcesTest(callee.expression);
}

/** A text as it is written; of a template what is filled in is left open. */
function titleOf(node: ts.Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("");
}

function named(title: string, where: string): NamedTest {
  const [, ids, rest] = NAMED.exec(title) ?? [];
  if (!ids || !rest) throw new Error(`${where}: "${title}" must be "ASVS 7.2.4: …"`);
  return { requirements: ids.split(", "), title: rest, where };
}
