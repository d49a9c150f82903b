/**
 * A peer's module, without its types: several of them declare `request.session` for the whole repository, each differently from ours.
 * `Module` says what is used of it.
 */
export async function peer<Module>(name: string): Promise<Module> {
  const found = await import(name);
  return found.default?.default ?? found.default ?? found;
}

/** An export of its own. */
export async function peerExport<Export>(name: string, key: string): Promise<Export> {
  return (await import(name))[key];
}
