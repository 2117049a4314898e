/** Columns as wide as their widest cell; those in `right` end at the right. */
export function formatTable(
  head: readonly string[],
  lines: readonly (readonly string[])[],
  right: ReadonlySet<number>,
): string {
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column].length)));
  const format = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (right.has(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join("  ")
      .trimEnd();
  return [format(head), widths.map((width) => "─".repeat(width)).join("  "), ...lines.map(format)].join("\n");
}

/** A number for people: `–` where there is none. */
export function fixed(value: number, digits = 0): string {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}
