/**
 * Whether a `Content-Type` header is among the wanted types. An absent header is wanted only by `'*\/*'`.
 * @example isWantedType('image/png', ['image/*']) // true
 */
export function isWantedType(contentType: string, wanted: readonly string[]): boolean {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  return wanted.some((pattern) => {
    if (pattern === '*/*' || pattern === type) return true;
    return pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1));
  });
}
