// How wide a text is in a picture, roughly, as no font is here to ask; and as much of it as fits.

/** Of a sans-serif font, in parts of its size; a little more than most have, so that nothing runs over. */
function widthOf(char: string): number {
  if (/[ijl.,:;'|!()[\]ft]/.test(char)) return 0.4;
  if (/[mwMW@%]/.test(char)) return 1;
  if (/[A-Z_]/.test(char)) return 0.75;
  // Letters of East Asia and pictures are as wide as they are high.
  return char >= '\u1100' ? 1.1 : 0.62;
}

/** The text, or its beginning and an ellipsis, of at most `width` at this font size. */
export function fit(text: string, width: number, size: number): string {
  let used = 0;
  let kept = '';
  for (const char of text) {
    used += widthOf(char) * size;
    if (used > width) return `${kept.slice(0, -1).trimEnd()}…`;
    kept += char;
  }
  return text;
}
