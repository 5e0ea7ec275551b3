const shown = 5;

/** "a, b and 3 more": for messages that name who is in the way. */
export function nameSome(ids: readonly string[]): string {
  const more = ids.length - shown;
  return more > 0 ? `${ids.slice(0, shown).join(", ")} and ${more} more` : ids.join(", ");
}
