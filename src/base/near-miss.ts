/**
 * The candidate that a word is one typo away from: one letter more, less or other, or two neighbours swapped.
 * @returns undefined when there is none, and for a word that is itself a candidate
 */
export function nearMiss(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.includes(word)) return undefined;
  return candidates.find((candidate) => isOneEdit(word.toLowerCase(), candidate.toLowerCase()));
}

/** How an error about a wrong name goes on: with the one that was perhaps meant, or with a full stop. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearMiss(word, candidates);
  return near === undefined ? "." : `; did you mean "${near}"?`;
}

function isOneEdit(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  if (restA.slice(1) === restB.slice(1)) return true;
  if (restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}
