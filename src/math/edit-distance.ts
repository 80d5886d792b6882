/** Spelling suggestions: the candidate a few typing errors away from a word. */

/** Longer words are compared by their first characters only, so that a megabyte of nonsense costs nothing. */
const LONGEST = 100;

/**
 * Edit distance: the least number of characters to insert, delete or replace, or of neighbours to exchange, that turns
 * `a` into `b`, where no exchanged pair is edited again (Levenshtein's distance with the commonest typing error as one
 * edit).
 *
 * Sources: V. I. Levenshtein, Soviet Physics Doklady 10 (1966), 707-710; F. J. Damerau, Communications of the ACM 7
 * (1964), 171-176; computed row by row (R. A. Wagner, M. J. Fischer, Journal of the ACM 21 (1974), 168-173).
 */
export function editDistance(a: string, b: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let fewest = Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        fewest = Math.min(fewest, (twoAbove[column - 2] ?? 0) + 1);
      }
      current.push(fewest);
    }
    twoAbove = above;
    above = current;
  }
  return above[b.length] ?? 0;
}

/**
 * The candidate that `word` was probably meant to be, or undefined when none is close.
 *
 * Close is one edit for every three characters of the longer of the two, at most four; case is ignored. Of equally
 * close candidates the first wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = word.slice(0, LONGEST).toLowerCase();
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const target = candidate.slice(0, LONGEST).toLowerCase();
    const length = Math.max(typed.length, target.length);
    const allowed = Math.min(Math.floor(length / 3), 4);
    if (Math.abs(typed.length - target.length) > allowed) continue;
    const distance = editDistance(typed, target);
    if (distance <= allowed && distance < fewest) {
      best = candidate;
      fewest = distance;
    }
  }
  return best;
}
