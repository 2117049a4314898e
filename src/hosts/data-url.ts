/** The bytes that a `data:` URL has in it; undefined for any other URL. */
export function bytesInUrl(url: URL): Uint8Array | undefined {
  if (url.protocol !== "data:") return undefined;
  // a URL's text is ASCII, so that each character is a byte once its escapes are
  const text = url.href
    .replace(/#.*$/s, "")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const comma = text.indexOf(",");
  const content = text.slice(comma + 1);
  const bytes = /;\s*base64\s*$/i.test(text.slice(0, comma)) ? atob(content) : content;
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
}
