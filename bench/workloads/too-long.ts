const LIMIT_SECONDS = 300;

/** Rejects when so many handlers should long have been entered; to race against. */
export function tooLong(count: number): Promise<never> {
  return new Promise((_, reject) => {
    const error = new Error(`${count} handlers were not entered within ${LIMIT_SECONDS} s.`);
    setTimeout(() => reject(error), LIMIT_SECONDS * 1e3).unref();
  });
}
