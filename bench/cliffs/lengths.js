export function length(text) {
  return text.length;
}
