/** The part of the page with that id, which its server has put there. */
export function find<Part extends HTMLElement = HTMLElement>(id: string): Part {
  const part = document.getElementById(id);
  if (part === null) throw new Error(`the page has no #${id}`);
  return part as Part;
}

/** Says it where a screen reader hears it, and nobody sees it. */
export function say(words: string): void {
  find("says").textContent = words;
}

/** What went wrong, for everybody to see; `undefined`: nothing any more. */
export function trouble(words: string | undefined): void {
  const part = find("trouble");
  part.hidden = words === undefined;
  part.textContent = words ?? "";
}

/** `"3 minutes"`, of milliseconds. */
export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 120) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} hours`;
}
