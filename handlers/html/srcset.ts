/** One image of a `srcset`. */
export interface SrcsetCandidate {
  readonly url: string;
  /** `400w` is a width of 400, `2x` a density of 2; without either it is a density of 1. */
  readonly size: number;
  readonly unit: 'w' | 'x';
}

/** No honest `srcset` is longer. What comes after is not read. */
const MAX_LENGTH = 10_000;

/**
 * Reads a `srcset` attribute as the HTML standard does: a URL may hold commas, and only ends at white space or at a
 * comma before it.
 * @example parseSrcset('small.jpg 400w, large.jpg 1200w')
 */
export function parseSrcset(srcset: string): SrcsetCandidate[] {
  const candidates: SrcsetCandidate[] = [];
  let rest = srcset.slice(0, MAX_LENGTH);
  while ((rest = rest.replace(/^[\s,]+/, '')) !== '') {
    const token = /^\S+/.exec(rest)?.[0] ?? '';
    const url = token.replace(/,+$/, '');
    rest = rest.slice(token.length);
    if (url !== token) {
      candidates.push({ url, size: 1, unit: 'x' });
      continue;
    }
    const end = rest.includes(',') ? rest.indexOf(',') : rest.length;
    candidates.push({ url, ...parseDescriptor(rest.slice(0, end).trim()) });
    rest = rest.slice(end);
  }
  return candidates;
}

/** The largest of the candidates: widths come before densities, because they say more. */
export function largestCandidate(candidates: readonly SrcsetCandidate[]): SrcsetCandidate | undefined {
  return [...candidates].sort((a, b) => (a.unit === b.unit ? b.size - a.size : a.unit === 'w' ? -1 : 1))[0];
}

function parseDescriptor(descriptor: string): Pick<SrcsetCandidate, 'size' | 'unit'> {
  const unit = descriptor.at(-1);
  const size = Number.parseFloat(descriptor);
  return (unit === 'w' || unit === 'x') && size > 0 ? { size, unit } : { size: 1, unit: 'x' };
}
