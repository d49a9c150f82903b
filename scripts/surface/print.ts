import ts from "typescript";

/** The text of an exported symbol's declarations. */
export function printSymbol(name: string, symbol: ts.Symbol): string {
  const texts = (symbol.declarations ?? []).map((declaration) => {
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    return ts.isSourceFile(node) ? `* as ${name}` : printNode(node);
  });
  return (symbol.name === name ? "" : `${name} is: `) + texts.join("\n");
}

/** A declaration without its comments, `export`, `declare` and private members. */
export function printNode(node: ts.Node): string {
  const { transformed } = ts.transform(node, [
    (context) => (top) => {
      const visit = (child: ts.Node): ts.Node | undefined =>
        isHidden(child) ? undefined : ts.visitEachChild(child, visit, context);
      return visit(top) ?? top;
    },
  ]);
  const printer = ts.createPrinter({ removeComments: true });
  return transformed
    .map((result) => printer.printNode(ts.EmitHint.Unspecified, result, node.getSourceFile()))
    .join("\n");
}

function isHidden(node: ts.Node): boolean {
  if (ts.isPropertyDeclaration(node) && ts.isPrivateIdentifier(node.name)) return true;
  if (ts.canHaveModifiers(node)) {
    const modifiers = ts.getModifiers(node) ?? [];
    if (modifiers.some((m) => m.kind === ts.SyntaxKind.PrivateKeyword)) return true;
  }
  return (
    node.kind === ts.SyntaxKind.ExportKeyword ||
    node.kind === ts.SyntaxKind.DefaultKeyword ||
    node.kind === ts.SyntaxKind.DeclareKeyword
  );
}
