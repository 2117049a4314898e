export abstract class String {
  // A second code of 0 or less was left out.
  static fromCharCode(unit: i32, second: i32 = i32.MIN_VALUE): String {
    const both = second != i32.MIN_VALUE;
    const text = changetype<String>(__new(2 << i32(both), idof<String>()));
    store<u16>(changetype<usize>(text), <u16>unit);
    if (both) store<u16>(changetype<usize>(text), <u16>second, 2);
    return text;
  }

  // An empty text was found at 0, wherever the search began.
  indexOf(search: String, start: i32 = 0): i32 {
    const size = search.length, last = this.length - size;
    for (let at = min(max(start, 0), this.length); at <= last; at++) {
      if (!compareImpl(this, at, search, 0, size)) return at;
    }
    return -1;
  }

  // An empty text was found at the end, wherever the search began.
  lastIndexOf(search: String, start: i32 = i32.MAX_VALUE): i32 {
    const size = search.length;
    for (let at = min(max(start, 0), this.length - size); at >= 0; at--) {
      if (!compareImpl(this, at, search, 0, size)) return at;
    }
    return -1;
  }

  // Left spaces standing before a text that is shorter than they are.
  trim(): String {
    return this.trimEnd().trimStart();
  }

  // Read past the end of the text.
  substr(start: i32, length: i32 = i32.MAX_VALUE): String {
    const size = this.length;
    const from = start < 0 ? max(size + start, 0) : min(start, size);
    return this.substring(from, from + min(max(length, 0), size - from));
  }

  // A negative length used up all memory.
  padStart(length: i32, pad: string = " "): String {
    return $padding(max(length, 0) - this.length, pad).concat(this);
  }

  padEnd(length: i32, pad: string = " "): String {
    return this.concat($padding(max(length, 0) - this.length, pad));
  }

  // "$&" and the like stood for themselves in the replacement.
  replace(search: String, replacement: String): String {
    const at = this.indexOf(search);
    if (at < 0) return this;
    return this.substring(0, at) + $filledIn(replacement, this, at, search) + this.substring(at + search.length);
  }

  replaceAll(search: String, replacement: String): String {
    const parts = new Array<String>();
    let done = 0;
    for (let at = this.indexOf(search); at >= 0; ) {
      parts.push(this.substring(done, at));
      parts.push($filledIn(replacement, this, at, search));
      done = at + search.length;
      // nothing begins behind the end, where an empty text would be found again and again
      at = at < this.length ? this.indexOf(search, at + max(search.length, 1)) : -1;
    }
    if (!parts.length) return this;
    parts.push(this.substring(done));
    return parts.join("");
  }

  // Compared the codes of characters, where JavaScript asks the machine's language.
  localeCompare(other: String): i32 {
    ERROR("A kernel knows no language, so that 'localeCompare' cannot be what it is in JavaScript: compare with < and >.");
    return 0;
  }
}

function $padding(length: i32, pad: String): String {
  if (length <= 0 || !pad.length) return "";
  return pad.repeat((length - 1) / pad.length + 1).substring(0, length);
}

function $filledIn(replacement: String, text: String, at: i32, search: String): String {
  if (replacement.indexOf("$") < 0) return replacement;
  const parts = new Array<String>();
  let done = 0;
  for (let i = replacement.indexOf("$"); i >= 0; i = replacement.indexOf("$", max(done, i + 1))) {
    let part: String;
    switch (replacement.charCodeAt(i + 1)) {
      case 0x24: part = "$"; break; // $
      case 0x26: part = search; break; // &
      case 0x60: part = text.substring(0, at); break; // `
      case 0x27: part = text.substring(at + search.length); break; // '
      default: continue;
    }
    parts.push(replacement.substring(done, i));
    parts.push(part);
    done = i + 2;
  }
  parts.push(replacement.substring(done));
  return parts.join("");
}
