// Go's notions about text where they differ from JavaScript's: white space, and broken UTF-8.

/** `strings.TrimSpace`: unlike `String.trim` it takes U+0085 away, and leaves U+FEFF. */
export function goTrimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** `unicode.IsSpace`. */
function isSpace(unit: number): boolean {
  return (
    unit === 0x20 ||
    (unit >= 0x09 && unit <= 0x0d) ||
    unit === 0x85 ||
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

/** The text of bytes (given as a string of them). As in Go's JSON, each byte that is not part of UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: string): string {
  const sequences =
    /[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}|[\x80-\xff]/g;
  const decoder = new TextDecoder();
  return bytes.replace(sequences, (sequence) =>
    sequence.length === 1 ? '\ufffd' : decoder.decode(Uint8Array.from(sequence, (byte) => byte.charCodeAt(0))),
  );
}
