/** How far one step of the pipeline is, over all pages. */
export interface StepCount {
  done: number;
  total: number;
}

/** How far a crawl is. It grows at both ends: each page may bring more pages, and images. */
export interface CrawlProgress {
  readonly page: StepCount;
  readonly images: StepCount;
  readonly stored: StepCount;
  /** Jobs that failed and wait for another attempt. */
  readonly retrying: number;
  /** Pages and images that failed for good. */
  readonly failed: number;
}

/** The steps in the order in which they are shown, with their names for people. */
export const STEPS = [
  { name: 'page', label: 'scrape pages' },
  { name: 'images', label: 'process images' },
  { name: 'stored', label: 'store pages' },
] as const;

/**
 * How much of a step is done, 0 to 1. Images are known of scraped pages only, so their share counts for as much as
 * pages have been scraped.
 */
export function fractionDone(progress: CrawlProgress, step: (typeof STEPS)[number]['name']): number {
  const { done, total } = progress[step];
  const own = total === 0 ? Number(step === 'images') : Math.min(1, done / total);
  return step === 'images' ? own * fractionDone(progress, 'page') : own;
}
