/** What a `data:` URL holds. @throws Error for one that cannot be decoded */
export function bytesOfDataUrl({ href }: URL): Uint8Array {
  const [, head, body] = /^data:([^,]*),([^#]*)/.exec(href) ?? [];
  if (head === undefined) throw new Error("The data: URL has no comma, behind which its data would begin.");
  const text = body.replace(/%([0-9a-f]{2})/gi, (_, digits) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  const binary = /;\s*base64\s*$/i.test(head) ? atob(text) : text;
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
