/** A moment as PostgreSQL reads it; null for what is no Date, or lies before year 0 or after year 9999. */
export function momentText(date: unknown): string | null {
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) return null;
  const text = date.toISOString();
  return /^\d{4}-/.test(text) ? text : null;
}
