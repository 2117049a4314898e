import { type Environment, saying } from "./environment.js";
import { node } from "./environments/node.js";
import { others } from "./environments/others.js";
import { runners } from "./environments/runners.js";
import { typed } from "./environments/typed.js";
import { inside } from "./environments/within.js";
import { groups, trials } from "./trials.js";

export const environments: readonly Environment[] = [...node, ...typed, ...runners, ...inside, ...others];

const nowhere = "";

/** The table of the documents: what works where, and what is said where it does not. */
export function tableOf(all: readonly Environment[]): string {
  const notes: string[] = [];
  const mark = (note: string) => {
    if (!notes.includes(note)) notes.push(note);
    return `<sup>${notes.indexOf(note) + 1}</sup>`;
  };
  const rows = all.map((environment) => {
    const note = environment.note
      ? mark(`${environment.note[0].toUpperCase()}${environment.note.slice(1)}.`)
      : "";
    const cells = groups.map((group) => {
      const tried = trials.filter((trial) => trial.group === group && environment.program(trial, nowhere));
      if (tried.length === 0) return "–";
      const said = tried.map((trial) => saying(environment, trial));
      const marks = [...new Set(said.filter((each) => each !== undefined))].map((each) =>
        mark(`Says “${each}”.`),
      );
      if (marks.length === 0) return "yes";
      return `${said.every((each) => each !== undefined) ? "no" : "in part"}${marks.join("")}`;
    });
    return [`${environment.title}${note}`, ...cells];
  });
  const head = ["", ...groups];
  // padded, as the formatter of this repository wants it
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((cells) => cells[i].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`;
  return [
    line(head),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
    "",
    ...notes.map((note, i) => `${i + 1}. ${note}`),
  ].join("\n");
}
