import ts from "typescript";
import { printNode, printSymbol } from "./print.ts";
import { declarationFile, declarationProgram } from "./program.ts";

/** The public declarations behind each entry file, sorted by name, as text. */
export function declarationsOf(entries: readonly string[]): Map<string, string> {
  const { program, isOurs } = declarationProgram(entries);
  const checker = program.getTypeChecker();
  const surfaces = new Map<string, string>();
  for (const entry of entries) {
    const file = program.getSourceFile(declarationFile(entry));
    const module = file && checker.getSymbolAtLocation(file);
    if (!module) throw new Error(`${entry} exports nothing`);
    const ours = program
      .getSourceFiles()
      .filter((other) => isOurs(other) && folderOf(other) === folderOf(file));
    surfaces.set(entry, surface(module, checker, new Set(ours)));
  }
  return surfaces;
}

function surface(
  module: ts.Symbol,
  checker: ts.TypeChecker,
  files: ReadonlySet<ts.SourceFile>,
): string {
  const exported = checker
    .getExportsOfModule(module)
    .map((symbol) => [symbol.name, original(symbol, checker)] as const);
  const shown = new Set(exported.map(([, symbol]) => symbol));
  const reached = new Set(shown);
  for (const symbol of reached) {
    for (const used of symbolsIn(symbol, checker)) {
      if (used.declarations?.some((d) => isTopLevel(d) && files.has(d.getSourceFile()))) {
        reached.add(used);
      }
    }
  }
  const hidden = [...reached].filter((s) => !shown.has(s)).map((s) => [s.name, s] as const);
  const augmented = [...files].flatMap((file) => file.statements.filter(isAugmentation));
  const parts = exported.sort(byName).map(([name, symbol]) => printSymbol(name, symbol));
  if (hidden.length > 0) parts.push("# reached by these, not exported by name");
  parts.push(...hidden.sort(byName).map(([name, symbol]) => printSymbol(name, symbol)));
  if (augmented.length > 0) parts.push("# added to the types of others");
  parts.push(...augmented.map(printNode).sort());
  return `${parts.join("\n\n")}\n`;
}

function original(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Every symbol that the declarations of one symbol name. */
function symbolsIn(symbol: ts.Symbol, checker: ts.TypeChecker): Set<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    const used = ts.isIdentifier(node) && checker.getSymbolAtLocation(node);
    if (used) found.add(original(used, checker));
    ts.forEachChild(node, visit);
  };
  for (const declaration of symbol.declarations ?? []) visit(declaration);
  return found;
}

function isTopLevel(node: ts.Declaration): boolean {
  const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  return ts.isSourceFile(statement.parent);
}

function isAugmentation(node: ts.Statement): boolean {
  return ts.isModuleDeclaration(node) && (ts.isStringLiteral(node.name) || isGlobal(node));
}

function isGlobal(node: ts.ModuleDeclaration): boolean {
  return (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

function folderOf(file: ts.SourceFile): string | undefined {
  return /.*\/packages\/[^/]+\//.exec(file.fileName)?.[0];
}

function byName(a: readonly [string, ts.Symbol], b: readonly [string, ts.Symbol]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}
