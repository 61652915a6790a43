import { describe, expect, it } from '@jest/globals';
import { parsePage } from '../../handlers/index.js';

const at = 'https://site.example/dir/page?x=1';
const links = (html: string) => parsePage(html, at).links;
const images = (html: string) => parsePage(html, at).images.map(({ url }) => url);

describe('parsePage: head and text', () => {
  it('reads title, description, canonical address and excerpt', () => {
    const html = `<!doctype html><html><head><title> A &amp; B\n</title><meta name="Description" content=" About ">
      <link rel="canonical" href="/page"><style>p{}</style></head><body><script>no()</script>
      <h1>Head</h1><p>One<br>two <b>th</b>ree</p>Four<div>five</div><noscript>no</noscript><template>no</template></body></html>`;
    expect(parsePage(html, at)).toEqual({
      title: 'A & B',
      description: 'About',
      canonical: 'https://site.example/page',
      excerpt: 'Head One two three Four five',
      links: [],
      images: [],
    });
  });

  it('has null for what is missing', () => {
    expect(parsePage('', at)).toEqual({
      title: null,
      description: null,
      canonical: null,
      excerpt: '',
      links: [],
      images: [],
    });
  });

  it('falls back to the description for social networks', () => {
    expect(parsePage('<meta property="og:description" content="shared">', at).description).toBe('shared');
  });

  it('removes what a database cannot store', () => {
    const { title, excerpt } = parsePage('<title>a\0b</title><p>c\0\x07d\ud83de', at);
    expect([title, excerpt]).toEqual(['a b', 'c d e']);
  });

  it('shortens long texts without cutting a character in half', () => {
    const { title, excerpt } = parsePage(`<title>${'x'.repeat(298)}😀😀</title><p>${'word '.repeat(10_000)}`, at);
    expect(title).toBe(`${'x'.repeat(298)}…`);
    expect(excerpt).toHaveLength(500);
    expect(excerpt.endsWith('…')).toBe(true);
  });
});

describe('parsePage: links', () => {
  it('makes them absolute, drops fragments, takes each once in document order', () => {
    const html = '<a href="b#x">B</a><a href="/a">A</a><a href="b#y">B again</a><area href="//other.example/c">';
    expect(links(html)).toEqual([
      { url: 'https://site.example/dir/b', text: 'B', sameHost: true, nofollow: false },
      { url: 'https://site.example/a', text: 'A', sameHost: true, nofollow: false },
      { url: 'https://other.example/c', text: '', sameHost: false, nofollow: false },
    ]);
  });

  it.each([
    'mailto:a@b.c',
    'javascript:void 0',
    'tel:1',
    'data:text/html,x',
    'ftp://a.b/c',
    'http://[',
    `/${'x'.repeat(700)}`,
  ])('passes over %p', (href) => expect(links(`<a href="${href}">x</a>`)).toEqual([]));

  it('takes another port for another host', () => {
    expect(links('<a href="https://site.example:8443/">x')[0]).toMatchObject({ sameHost: false });
  });

  it('drops credentials', () => {
    expect(links('<a href="https://u:p@site.example/">x')[0]).toMatchObject({ url: 'https://site.example/' });
  });

  it.each([
    ['<a rel="noopener NoFollow" href="a">', true],
    ['<a rel="noopener" href="a">', false],
    ['<meta name="robots" content="noindex, nofollow"><a href="a">', true],
    ['<meta name="ROBOTS" content="none"><a href="a">', true],
    ['<meta name="robots" content="index"><a href="a">', false],
  ])('notes nofollow: %s', (html, nofollow) => expect(links(html)[0]).toMatchObject({ nofollow }));

  it.each([
    ['/base/', 'https://site.example/base/a'],
    ['https://cdn.example/x/y', 'https://cdn.example/x/a'],
    ['javascript:0', 'https://site.example/dir/a'],
  ])('respects <base href="%s">', (base, expected) => {
    expect(links(`<base href="${base}"><base href="/second/"><a href="a">`)[0]?.url).toBe(expected);
  });

  it('judges the host by the page, not by its base', () => {
    expect(links('<base href="https://cdn.example/"><a href="a">')[0]).toMatchObject({ sameHost: false });
  });
});

describe('parsePage: images', () => {
  it.each([
    ['src', '<img src="a.png">', ['https://site.example/dir/a.png']],
    ['the widest of srcset', '<img src="a" srcset="b 400w, /c 1200w, d 800w">', ['https://site.example/c']],
    ['the densest of srcset', '<img src="a" srcset="b, c 2x, d 1.5x">', ['https://site.example/dir/c']],
    ['src if srcset is empty', '<img src="a" srcset=" , ">', ['https://site.example/dir/a']],
    [
      'src if srcset has nothing to fetch',
      '<img src="a" srcset="data:image/png;base64,AA== 2x">',
      ['https://site.example/dir/a'],
    ],
    ['srcset without src', '<img srcset="b 1x">', ['https://site.example/dir/b']],
    [
      'commas within an address',
      '<img srcset="/w_1,h_2/a.jpg 100w,/w_3,h_4/b.jpg 200w">',
      ['https://site.example/w_3,h_4/b.jpg'],
    ],
    [
      'the sources of a picture',
      '<picture><source srcset="a.avif 600w"><source srcset="b.webp 900w"><img src="c.jpg"></picture><img src="d.jpg">',
      ['https://site.example/dir/b.webp', 'https://site.example/dir/d.jpg'],
    ],
    [
      'not the sources of another picture',
      '<picture><source srcset="a 600w"></picture><p><img src="b"></p>',
      ['https://site.example/dir/b'],
    ],
    ['each once', '<img src="a"><img src="./a#x"><img src="/dir/a">', ['https://site.example/dir/a']],
    ['no inline image', '<img src="data:image/png;base64,AAAA">', []],
    ['nothing without an address', '<img alt="x"><img src="">', []],
    ['under the base', '<base href="/b/"><img src="a">', ['https://site.example/b/a']],
  ])('finds %s', (_, html, expected) => expect(images(html)).toEqual(expected));

  it('keeps the first alternative text', () => {
    expect(parsePage('<img src=a alt=" The  tower "><img src=a alt=again><img src=b>', at).images).toEqual([
      { url: 'https://site.example/dir/a', alt: 'The tower' },
      { url: 'https://site.example/dir/b', alt: '' },
    ]);
  });
});

describe('parsePage: hostile pages', () => {
  const n = 200_000;
  it.each([
    ['nested elements', '<div>'.repeat(n)],
    ['nested links', '<a href=x>'.repeat(n)],
    ['end tags of nothing', `${'<div>'.repeat(n)}${'</p>'.repeat(n)}`],
    ['mismatched end tags', `${'<div>'.repeat(15_000)}${'</x>'.repeat(15_000)}`],
    [
      'pictures with many sources',
      `<picture>${'<source srcset="a 1w, b 2w">'.repeat(14_000)}${'<img src=x>'.repeat(14_000)}`,
    ],
    ['an endless srcset', `<img srcset="${'a 1w,'.repeat(n)}">`],
    ['a srcset of commas', `<img srcset="a${','.repeat(n)}b 1x">`],
    ['a size of digits', `<img srcset="a ${'1'.repeat(n)}">`],
    ['a tag that never ends', `<a href="${'x'.repeat(n)}`],
    ['white space', `<title>${' '.repeat(n)}</title>${' '.repeat(n)}`],
    ['one text without end', 'x'.repeat(n)],
  ])('reads %s in bounded time', (_, html) => {
    const start = performance.now();
    parsePage(html, at);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('finds links at any depth that it reads', () => {
    expect(links(`${'<div>'.repeat(15_000)}<a href="deep">deep`)).toMatchObject([
      { url: 'https://site.example/dir/deep', text: 'deep' },
    ]);
  });

  it('never returns more than fits a payload', () => {
    const many = (tag: (i: number) => string) => Array.from({ length: 1000 }, (_, i) => tag(i)).join('');
    const text = '漢'.repeat(1000);
    const page = parsePage(
      `<title>${text}</title><meta name=description content="${text}">` +
        many((i) => `<a href="/${'x'.repeat(600)}${i}">${text.slice(0, 200)}</a>`) +
        many((i) => `<img src="/${'x'.repeat(600)}${i}" alt="${text}">`),
      at,
    );
    expect(page.images).toHaveLength(100);
    expect(page.links.length).toBeGreaterThan(50);
    // Each image comes back with some 560 bytes about it and its three sizes; a payload holds 256 KiB.
    expect(Buffer.byteLength(JSON.stringify(page)) + page.images.length * 560).toBeLessThan(256 * 1024);
  });
});
