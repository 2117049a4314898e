import { checkOptionNames, shownValue } from "../../base/option-names.js";

/** @throws TypeError for options that there are not, folders that are not paths, and flags that are neither true nor false */
export function checkCompilerOptions(
  options: object,
  { folders, flags }: { readonly folders: readonly string[]; readonly flags: readonly string[] },
  where: string,
): void {
  checkOptionNames(options, [...folders, ...flags], where);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const isFolder = folders.includes(name);
    if (typeof value === (isFolder ? "string" : "boolean") && !String(value).includes("\0")) continue;
    const expected = isFolder ? "the path of a folder" : "true or false";
    throw new TypeError(`${where}: the option "${name}" takes ${expected}, got ${shownValue(value)}.`);
  }
}
