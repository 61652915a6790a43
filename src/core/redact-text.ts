/** Secrets that stand in the midst of text, and what is left of each. */
const SECRET_TEXT: readonly (readonly [pattern: RegExp, rest: string])[] = [
  // The password of a URL, up to the last @ before the path.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):[^\s/]*@/gi, '$1:***@'],
  [/\bBearer\s+\S+/gi, 'Bearer ***'],
  [/\b(authorization["']?\s*[:=]\s*["']?(?:basic|digest|token)\s+)[^\s"']+/gi, '$1***'],
  [
    /\b(pass(?:word|wd|phrase)|pwd|[a-z_-]*secret|api[-_]?key)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s&,;"')}\]]+)/gi,
    '$1$2***',
  ],
  // "Unexpected token: x" is no secret; token=x is one, and so is "token": "x".
  [/\b([a-z_-]*token(?:=|["']\s*:\s*))("[^"]*"|'[^']*'|[^\s&,;"')}\]]+)/gi, '$1***'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '***'],
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]*?(?:-----END \1-----|$)/g, '***'],
];

/** Whoever logs a page by mistake shall still be able to read the log. */
const MAX_TEXT = 8_000;
/** What is cut off before the patterns are tried, so that they cannot take long. */
const MAX_SEARCHED = 100_000;

/** Text without the secrets that are known by their form: passwords in URLs, bearer tokens, `password=…`, keys. */
export function redactText(text: string): string {
  let clean = text.slice(0, MAX_SEARCHED);
  for (const [pattern, rest] of SECRET_TEXT) clean = clean.replace(pattern, rest);
  if (clean.length <= MAX_TEXT && text.length <= MAX_SEARCHED) return clean;
  return `${clean.slice(0, MAX_TEXT)}… (${text.length} characters)`;
}
