/** Characters that take two columns of a terminal: East Asian scripts, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** What must not reach a terminal from a stranger's page: escape sequences, and marks that turn the line around. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]+/gu;

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** How many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of characters.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** The text without what is not to be printed, shortened to a number of columns. */
export function fitText(text: string, columns: number): string {
  const clean = text.replace(UNPRINTABLE, ' ').trim();
  if (displayWidth(clean) <= columns) return clean;
  let fitted = '';
  let width = 1; // of the ellipsis
  for (const { segment } of characters.segment(clean)) {
    width += displayWidth(segment);
    if (width > columns) break;
    fitted += segment;
  }
  return `${fitted}…`;
}

/** Fills a text with spaces to a number of columns. */
export function padText(text: string, columns: number, side: 'left' | 'right' = 'right'): string {
  const spaces = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return side === 'right' ? text + spaces : spaces + text;
}
