/** Text as it can be stored and shown: one line, without control characters and halves of characters. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cs}]+/gu, ' ').trim();
}

/** At most `maxLength` characters, the last an ellipsis if some were left out. Never cuts a character in half. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(/\p{Cs}$/u, '')}…`;
}
