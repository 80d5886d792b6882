/** Where words go: data and results on standard output, talk on standard error. */

/** A line for the person who watches. */
export function talk(line = ""): void {
  process.stderr.write(`${line}\n`);
}

/** A line of the result. */
export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** One object of newline-delimited JSON. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Rows of [name, value, remark] with aligned columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, c) => Math.max(...rows.map((row) => (row[c] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, c) => cell.padEnd(widths[c] as number))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** "1 case", "2 cases", "60,000 cases". */
export function plural(n: number, what: string): string {
  return `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
}
