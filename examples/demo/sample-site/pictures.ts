import type { Picture } from './draw-picture.js';
import { LIGHTS } from './lights.js';

/** Every picture of the site by its path. */
export const PICTURES: ReadonlyMap<string, Picture> = new Map([
  ['/assets/coast.jpg', { format: 'jpeg', width: 1600, height: 900, seed: 1 }],
  ['/assets/map.png', { format: 'png', width: 960, height: 640, seed: 2 }],
  ['/assets/keepers/last-watch.jpg', { format: 'jpeg', width: 600, height: 900, seed: 3, rotated: true }],
  ...LIGHTS.flatMap(({ slug }, index) => picturesOf(slug, 10 + index * 10)),
]);

/**
 * Three pictures a light: the tower in three sizes, of which a page shows one; the lamp as JPEG and as WebP, likewise;
 * and a small plan, narrower than any size that is made of it.
 */
function picturesOf(slug: string, seed: number): [string, Picture][] {
  return [
    ...[400, 800, 1400].map((width): [string, Picture] => [
      `/lights/${slug}/images/tower-${width}.jpg`,
      { format: 'jpeg', width, height: Math.round(width * 1.25), seed },
    ]),
    [`/lights/${slug}/images/lamp.jpg`, { format: 'jpeg', width: 700, height: 500, seed: seed + 1 }],
    [`/lights/${slug}/images/lamp.webp`, { format: 'webp', width: 1000, height: 714, seed: seed + 1 }],
    [`/lights/${slug}/images/plan.png`, { format: 'png', width: 240, height: 240, seed: seed + 2 }],
  ];
}
