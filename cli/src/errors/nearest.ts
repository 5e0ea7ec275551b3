const suggestedAtMost = 3;

/** The candidates that a misspelt or unfinished word most likely means, the likeliest first; none where none is near. */
export function nearest(word: string, candidates: readonly string[]): string[] {
  const within = Math.max(1, Math.floor(word.length / 3));
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, distance: distanceOf(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= within)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, suggestedAtMost)
    .map(({ candidate }) => candidate);
}

/** "; did you mean network?", "; did you mean web1, web2 or web3?" or nothing. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  const last = meant.pop();
  if (last === undefined) return "";
  return `; did you mean ${meant.length === 0 ? last : `${meant.join(", ")} or ${last}`}?`;
}

const shortestPart = 2;

/** The edit distance; of a word that is a part of the candidate, the least that there is. */
const distanceOf = (word: string, candidate: string): number =>
  word.length >= shortestPart && candidate !== word && candidate.includes(word) ? 1 : editDistance(word, candidate);

/** How many letters must be put in, taken out, replaced or swapped with the next (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (letter === b[j - 1] ? 0 : 1);
      const swapped = letter === b[j - 2] && a[i - 1] === b[j - 1] ? (beforeLast[j - 2] ?? i) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    beforeLast = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
