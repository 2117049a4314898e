/** The number that an option gives. @throws Error telling in one sentence what is expected */
export function wholeNumber(option: string, text: string, most: number): number {
  if (/^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
  throw new Error(`--${option} takes a whole number from 1 to ${most}, got "${text}".`);
}

/** @throws Error for a folder without a name; one that is not given is fine */
export function checkFolders(folders: Readonly<Record<string, string | undefined>>): void {
  for (const [name, folder] of Object.entries(folders)) {
    if (folder === "") throw new Error(`--${name} takes a folder, got an empty name.`);
  }
}
