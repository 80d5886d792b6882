/** Label units of some cases, one for each class, of which exactly one is on: [rows, classes] in {0, 1}. */
export function oneHot(labels: ArrayLike<number>, rows: ArrayLike<number>, classes: number): Uint8Array {
  const units = new Uint8Array(rows.length * classes);
  for (let b = 0; b < rows.length; b++) units[b * classes + labels[rows[b]]] = 1;
  return units;
}
