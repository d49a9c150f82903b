/** More values of one name than any honest client sends: the rest is ignored. */
const MAX_VALUES = 4;

/**
 * The values of a URL's parameter, in their order, at most four, without repetition. Nothing is decoded: our own names and values need
 * none, and what is spelt otherwise is not ours.
 */
export function parametersOf(url: string | undefined, name: string): string[] {
  const values = pairsOf(url)
    .filter((pair) => isOf(pair, name))
    .map((pair) => pair.slice(name.length + 1));
  return [...new Set(values)].slice(0, MAX_VALUES);
}

export function hasParameter(url: string | undefined, name: string): boolean {
  return pairsOf(url).some((pair) => isOf(pair, name));
}

/**
 * The same URL without the parameter, as a reference to be resolved by the client. Of the query alone: the path may have lost a prefix on
 * its way here, and one like `//evil.example` would lead elsewhere.
 */
export function withoutParameter(url: string | undefined, name: string): string {
  const others = pairsOf(url).filter((pair) => !isOf(pair, name));
  return `?${others.join("&")}`;
}

function pairsOf(url = ""): string[] {
  const [target = ""] = url.split("#", 1);
  const at = target.indexOf("?");
  return at === -1 ? [] : target.slice(at + 1).split("&");
}

function isOf(pair: string, name: string): boolean {
  return pair === name || pair.startsWith(`${name}=`);
}
