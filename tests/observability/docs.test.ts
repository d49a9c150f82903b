import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sessionEventNames } from "@coatcheck/core/event-names";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/observability.md"), "utf8");
const CORE = join(ROOT, "packages/core/src");

const program = ts.createProgram(
  ["events.ts", "explain.ts", "errors.ts"].map((file) => join(CORE, file)),
  {
    strict: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    types: ["node"],
    noEmit: true,
    allowImportingTsExtensions: true,
  },
);
const checker = program.getTypeChecker();

/** A type that a file exports. */
function typeOf(file: string, name: string): ts.Type {
  const source = program.getSourceFile(join(CORE, file));
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find((it) => it.name === name);
  if (!symbol) throw new Error(`${file} exports no ${name}`);
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return checker.getDeclaredTypeOfSymbol(target);
}

/** The texts of a union of them. */
function textsOf(type: ts.Type): string[] {
  const members = type.isUnion() ? type.types : [type];
  return members.flatMap((it) => (it.isStringLiteral() ? it.value : []));
}

/** The cells of the table below this head. */
function rowsOf(head: string): string[][] {
  const [, after = ""] = PAGE.split(`${head}\n`);
  const [table = ""] = after.split("\n\n");
  const rows = table.split("\n").slice(1);
  return rows.map((row) => row.split(/(?<!\\)\|/).slice(1, -1));
}

function codesIn(text = ""): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

describe("docs/observability.md lists what there is:", () => {
  const events = typeOf("events.ts", "SessionEvents");
  const rows = rowsOf("| event | with | when |");

  test("every event, and no other", () => {
    expect(rows.flatMap(([name]) => codesIn(name)).sort()).toEqual([...sessionEventNames].sort());
  });

  test.each(sessionEventNames.map((name) => [name]))("what comes with %s", (name) => {
    const [, fields, when] = rows.find((row) => codesIn(row[0])[0] === name) ?? [];
    const symbol = events.getProperty(name) as ts.Symbol;
    const properties = checker.getTypeOfSymbol(symbol).getProperties();
    expect(codesIn(fields)).toEqual(properties.map((it) => it.name));
    const words = properties.flatMap((it) => textsOf(checker.getTypeOfSymbol(it)));
    expect(codesIn(when)).toEqual(expect.arrayContaining(words));
  });

  test("every worth of a token", () => {
    const codes = rowsOf("What a token was worth:\n\n| `code` | meaning |").flatMap(([code]) =>
      codesIn(code),
    );
    expect(codes.sort()).toEqual(textsOf(typeOf("explain.ts", "TokenCode")).sort());
  });

  test("every reason of a response", () => {
    const codes = rowsOf("| `change` | `code` | meaning |").flatMap(([, code]) => codesIn(code));
    const all = textsOf(typeOf("explain.ts", "ResponseCode"));
    const own = all.filter((code) => !code.startsWith("failed-"));
    expect(codes.filter((code) => code !== "failed-…").sort()).toEqual(own.sort());
    expect(all.length - own.length).toBe(textsOf(typeOf("explain.ts", "FailureCode")).length);
  });

  test.each([
    ["deeds", "DeedCode"],
    ["decision", "DecisionCode"],
    ["caching", "CachingCode"],
  ])("every code of the %s", (part, type) => {
    const row = rowsOf("| part | tells |").find(([name]) => codesIn(name)[0] === part);
    expect(codesIn(row?.[1])).toEqual(expect.arrayContaining(textsOf(typeOf("explain.ts", type))));
  });

  test("a counter for every event", () => {
    const metrics = rowsOf("| metric | kind | attributes |").flatMap(([name]) => codesIn(name));
    const counters = sessionEventNames.map(
      (name) => `coatcheck.session.${name.replaceAll("-", "_")}`,
    );
    expect(metrics.sort()).toEqual([...counters, "coatcheck.store.duration"].sort());
  });
});
