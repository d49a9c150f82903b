import { readFileSync } from "node:fs";

const style = readFileSync(new URL("./style.css", import.meta.url), "utf8");

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (it) => escapes[it] ?? it);
}

/** A page without a script. */
export function plainPage(title: string, content: string, more = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
${more}
</body>
</html>`;
}
