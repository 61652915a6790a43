import { LIGHTS, type Light } from './lights.js';

/** A drawing within the HTML, as sites do with their logo: not an image to fetch. */
const LOGO =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 8 8%22%3E%3Cpath d=%22M3 0h2l1 8H2z%22/%3E%3C/svg%3E';

/** The HTML of every page by its path: 12 pages that show 30 pictures. */
export const PAGES: ReadonlyMap<string, string> = new Map([
  ['/', homePage()],
  ['/keepers/', keepersPage()],
  ['/visit/', visitPage()],
  ...LIGHTS.map((light, index): [string, string] => [`/lights/${light.slug}/`, lightPage(light, index)]),
]);

/** Addresses that have moved. The menu still has the old one of the visitors' page, as menus do. */
export const REDIRECTS: ReadonlyMap<string, string> = new Map([['/visit', '/visit/']]);

function homePage(): string {
  const list = LIGHTS.slice(0, 5).map(
    ({ slug, name, year }) => `<li><a href="lights/${slug}/">${name}</a>, lit in ${year}</li>`,
  );
  return layout({
    title: 'Lights of the Western Coast',
    path: '/',
    description: 'Nine lighthouses, two centuries, and the people who kept them burning.',
    main: `
    <h1>Lights of the Western Coast</h1>
    <p>Nine lighthouses stand between Gannet Head and World’s End. Every one of them has a light of its own, so that a
    sailor who has lost the land can tell at night where it is.</p>
    <img src="/assets/coast.jpg" alt="The coast in the evening" width="1600" height="900">
    <h2>From north to south</h2>
    <ol>${list.join('\n')}</ol>
    <figure><img src="assets/map.png" alt="Map of the coast"><figcaption>All nine, drawn to scale</figcaption></figure>
    <p>The same map <a href="#map">once more</a>: <img src="/assets/map.png#again" alt="The map again"></p>`,
  });
}

function keepersPage(): string {
  return layout({
    title: 'The keepers',
    path: '/keepers/',
    base: '/assets/keepers/',
    description: 'Who lived in the towers, and how.',
    main: `
    <h1>The keepers</h1>
    <img src="last-watch.jpg" alt="The last keeper, photographed on his last watch">
    <p>Four hours on, eight off, for a month at a time. The log was written every hour, lit lamp or fog, and not one page
    is missing between ${LIGHTS[0]?.year} and the day when the last tower was automated.</p>
    <p>Their letters are kept at the <a href="https://www.example.org/archive?coast=west" rel="nofollow">county archive</a>.</p>`,
  });
}

function visitPage(): string {
  const rows = LIGHTS.map(({ name, height }) => `<tr><td>${name}<td>${height} m<td>${height * 5} steps`);
  return layout({
    title: 'Visit a lighthouse',
    path: '/visit/',
    description: 'When the towers are open, and how many steps they have.',
    main: `
    <h1>Visit a lighthouse</h1>
    <p>Towers open at ten from May to September. Bring stout shoes.
    <table><tr><th>Light<th>Tower<th>Stairs${rows.join('\n')}</table>
    <p>Ask us: <a href="mailto:lights@example.org">lights@example.org</a>`,
  });
}

function lightPage(light: Light, index: number): string {
  const nearby = light.nearby.map((slug) => {
    const name = LIGHTS.find((other) => other.slug === slug)?.name ?? slug;
    return `<a href="../${slug}/#signal">${name}</a>`;
  });
  return layout({
    title: `${light.name} lighthouse`,
    path: `/lights/${light.slug}/`,
    description: `${light.name}: lit in ${light.year}, ${light.height} metres, ${light.signal}.`,
    main: `
    <h1>${light.name}</h1>
    <img src="images/tower-400.jpg" alt="The tower of ${light.name}"
      srcset="images/tower-400.jpg 400w, images/tower-800.jpg 800w, images/tower-1400.jpg 1400w" sizes="(min-width: 60em) 50vw, 100vw">
    <p>${light.story}</p>
    <h2 id="signal">Its light</h2>
    <p>Number ${index + 1} on the coast shows ${light.signal}.</p>
    <picture>
      <source type="image/webp" srcset="images/lamp.webp 1000w">
      <img src="images/lamp.jpg" alt="The lamp of ${light.name}" loading="lazy">
    </picture>
    <img src="images/plan.png" alt="Plan of the tower">
    <h2>In sight</h2>
    <p>From the gallery one sees ${nearby.join(', ')}.</p>`,
  });
}

interface Layout {
  readonly title: string;
  readonly path: string;
  readonly description: string;
  readonly base?: string;
  readonly main: string;
}

function layout({ title, path, description, base, main }: Layout): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>${title}</title>
  ${base ? `<base href="${base}">` : ''}
  <meta name="description" content="${description}">
  <link rel="canonical" href="${path}">
  <style>body { font: 1.1em/1.5 Georgia, serif; max-width: 42em; margin: auto } img { max-width: 100% }</style>
</head>
<body>
  <nav><img src="${LOGO}" alt="" width="16"> <a href="/">Home</a> · <a href="/keepers/">Keepers</a> · <a href="/visit">Visit</a></nav>
  <main>${main}
  </main>
  <footer>Tides by <a href="https://tides.example.com/">tides.example.com</a></footer>
</body>
</html>
`;
}
