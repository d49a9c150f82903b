import { join } from "node:path";
import ts from "typescript";
import { root } from "../workspace.ts";

/** Compiles the sources to declarations in memory, then loads those as a program of their own. */
export function declarationProgram(entries: readonly string[]): {
  program: ts.Program;
  isOurs: (file: ts.SourceFile) => boolean;
} {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    { noEmit: false, declaration: true, emitDeclarationOnly: true },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  );
  if (!config) throw new Error("tsconfig.json cannot be read");
  const emitted = new Map<string, string>();
  const sources = ts.createProgram([...entries], config.options);
  const { diagnostics } = sources.emit(undefined, (name, text) => emitted.set(name, text));
  for (const diagnostic of diagnostics) fail(diagnostic);

  const host = ts.createCompilerHost(config.options);
  const { fileExists, readFile, getSourceFile } = host;
  const textOf = (name: string) => emitted.get(declarationFile(name));
  host.fileExists = (name) => textOf(name) !== undefined || fileExists(name);
  host.readFile = (name) => textOf(name) ?? readFile(name);
  host.getSourceFile = (name, target, ...rest) => {
    const text = textOf(name);
    if (text === undefined) return getSourceFile(name, target, ...rest);
    return ts.createSourceFile(name, text, target, true);
  };
  const program = ts.createProgram(entries.map(declarationFile), config.options, host);
  return { program, isOurs: (file) => textOf(file.fileName) !== undefined };
}

/** `index.ts` -> `index.d.ts`; one that is a declaration file already stays. */
export function declarationFile(source: string): string {
  return source.replace(/(?<!\.d)\.ts$/, ".d.ts");
}

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
}
