import type { FunctionDeclaration } from "assemblyscript";

/** The text of the `/** … *\/` comment right before a function, without its stars. */
export function documentationBefore({ range, decorators }: FunctionDeclaration): string | undefined {
  const start = Math.min(range.start, ...(decorators ?? []).map((decorator) => decorator.range.start));
  const before = range.source.text.slice(0, start).replace(/(\s|\bexport\b|@\w+)*$/, "");
  if (!before.endsWith("*/")) return undefined;
  const comment = before.slice(before.lastIndexOf("/*"));
  if (!comment.startsWith("/**") || comment === "/**/") return undefined;
  const lines = comment.slice(3, -2).split("\n");
  return lines
    .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())
    .join("\n")
    .trim();
}
