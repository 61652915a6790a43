import sharp from 'sharp';

/** A picture of the sample site, drawn when it is first asked for: the same numbers always give the same bytes. */
export interface Picture {
  readonly format: 'jpeg' | 'png' | 'webp';
  /** Pixels, as a viewer shows it. */
  readonly width: number;
  readonly height: number;
  /** Decides colours and shapes. */
  readonly seed: number;
  /** Stored lying on its side, with the EXIF note that turns it upright, as cameras do. */
  readonly rotated?: boolean;
}

const EXIF_ROTATE_RIGHT = 6;

/** Draws a tower by the sea. */
export async function drawPicture(picture: Picture): Promise<Buffer> {
  const image = sharp(Buffer.from(scene(picture)));
  if (!picture.rotated) return image[picture.format]().toBuffer();
  const lying = await image.rotate(-90).toBuffer();
  return sharp(lying).withMetadata({ orientation: EXIF_ROTATE_RIGHT })[picture.format]().toBuffer();
}

function scene({ width, height, seed }: Picture): string {
  const random = randomFrom(seed);
  const hue = Math.floor(random() * 360);
  const horizon = Math.round(height * (0.55 + random() * 0.2));
  const towerX = Math.round(width * (0.2 + random() * 0.6));
  const towerHeight = Math.round(height * (0.35 + random() * 0.2));
  const towerWidth = Math.round(towerHeight / 5);
  const bands = 3 + Math.floor(random() * 4);
  const top = horizon - towerHeight;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="hsl(${hue}, 55%, 35%)"/><stop offset="1" stop-color="hsl(${(hue + 40) % 360}, 80%, 80%)"/>
    </linearGradient></defs>
    <rect width="${width}" height="${height}" fill="url(#sky)"/>
    <circle cx="${Math.round(width * random())}" cy="${Math.round(horizon * 0.5)}" r="${Math.round(height / 10)}" fill="#fff6d0"/>
    <rect y="${horizon}" width="${width}" height="${height - horizon}" fill="hsl(${(hue + 200) % 360}, 45%, 30%)"/>
    ${Array.from({ length: bands }, (_, band) => bandOf(band)).join('')}
    <circle cx="${towerX}" cy="${top}" r="${towerWidth}" fill="#ffe27a"/>
  </svg>`;

  function bandOf(band: number): string {
    const height = Math.ceil(towerHeight / bands);
    const fill = band % 2 === 0 ? '#f7f4ee' : `hsl(${hue}, 70%, 40%)`;
    return `<rect x="${towerX - towerWidth / 2}" y="${top + band * height}" width="${towerWidth}" height="${height}" fill="${fill}"/>`;
  }
}

/** Numbers from 0 to 1 that look random and are the same for the same seed (a linear congruential generator). */
function randomFrom(seed: number): () => number {
  let state = (seed * 2654435761) % 2 ** 32;
  return () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
}
