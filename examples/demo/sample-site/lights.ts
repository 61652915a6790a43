/** A lighthouse of the made-up coast that the sample site is about. */
export interface Light {
  readonly slug: string;
  readonly name: string;
  /** When it was first lit. */
  readonly year: number;
  /** Height of the tower in metres. */
  readonly height: number;
  /** How its light is told from the others at night. */
  readonly signal: string;
  readonly story: string;
  /** Slugs of the lights that can be seen from it. */
  readonly nearby: readonly string[];
}

/** From north to south. The home page names the first five; the others are found by following `nearby`. */
export const LIGHTS: readonly Light[] = [
  {
    slug: 'gannet-head',
    name: 'Gannet Head',
    year: 1821,
    height: 31,
    signal: 'one white flash every ten seconds',
    story:
      'Three towers stood here before this one, and the sea took each of them. The fourth was built of granite blocks ' +
      'dovetailed into one another, so that no stone can leave without its neighbours.',
    nearby: ['skerry-bank', 'long-mole'],
  },
  {
    slug: 'skerry-bank',
    name: 'Skerry Bank',
    year: 1844,
    height: 42,
    signal: 'two white flashes every fifteen seconds',
    story:
      'The reef dries for two hours at low water. Masons worked in those two hours for five summers, and slept in a ' +
      'timber barrack on iron legs that moved with every wave.',
    nearby: ['gannet-head', 'st-brannoc'],
  },
  {
    slug: 'st-brannoc',
    name: 'St Brannoc’s',
    year: 1790,
    height: 18,
    signal: 'fixed red',
    story:
      'The oldest light on the coast, and the only one that a parish ever paid for: the vicar burned coal in an iron ' +
      'basket on the church tower until the bells cracked from the heat.',
    nearby: ['skerry-bank', 'copper-sound'],
  },
  {
    slug: 'long-mole',
    name: 'Long Mole',
    year: 1903,
    height: 12,
    signal: 'green, three seconds on and three off',
    story:
      'A harbour light at the end of a breakwater half a mile long. Its keeper cycled to work, and the railing still ' +
      'has the hooks for the bicycle on days of high wind.',
    nearby: ['gannet-head', 'amber-point'],
  },
  {
    slug: 'copper-sound',
    name: 'Copper Sound',
    year: 1868,
    height: 25,
    signal: 'white and red by turns, every twenty seconds',
    story:
      'Ships laden with ore could not trust their compasses in the sound, so the light was given two colours: white ' +
      'where the water is deep, red over the shoals.',
    nearby: ['st-brannoc', 'amber-point', 'the-sisters'],
  },
  {
    slug: 'amber-point',
    name: 'Amber Point',
    year: 1877,
    height: 29,
    signal: 'one yellow flash every five seconds',
    story:
      'Its lens, two tonnes of crown glass floating in a trough of mercury, turns at the push of a finger. It was ' +
      'ordered for another lighthouse and delivered here by mistake.',
    nearby: ['long-mole', 'copper-sound', 'wreckers-cove'],
  },
  {
    slug: 'the-sisters',
    name: 'The Sisters',
    year: 1859,
    height: 22,
    signal: 'two fixed white lights, one above the other',
    story:
      'Two towers, two hundred metres apart. Seen one above the other they mark the only safe channel; seen apart they ' +
      'say which way to steer. Twin sisters kept them for forty years.',
    nearby: ['copper-sound', 'wreckers-cove'],
  },
  {
    slug: 'wreckers-cove',
    name: 'Wreckers’ Cove',
    year: 1911,
    height: 16,
    signal: 'four white flashes every thirty seconds',
    story:
      'The villagers petitioned against it: a light on the cliff would end a livelihood that nobody cared to name. It ' +
      'was lit all the same, and guarded by a constable for its first winter.',
    nearby: ['amber-point', 'the-sisters', 'world-end'],
  },
  {
    slug: 'world-end',
    name: 'World’s End',
    year: 1938,
    height: 38,
    signal: 'one white flash every three seconds',
    story:
      'The last light before the open ocean, of reinforced concrete and the first to be electric from the start. Its ' +
      'beam is seen at twenty-six sea miles, and on clear nights by the crews of aeroplanes.',
    nearby: ['wreckers-cove'],
  },
];
