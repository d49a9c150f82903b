/** Lines that are neither blank nor a comment nor part of an import. */
export function linesOfCode(source: string): number {
  const code = source.replace(/^import [^;]*;$/gm, "").split("\n");
  return code.filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;
}
