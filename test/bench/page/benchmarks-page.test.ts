import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Docs } from '../../../bench/page/docs.js';
import { filesBeside } from '../../../bench/page/files-beside.js';
import { renderPage } from '../../../bench/page/render-page.js';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../docs');
const page = readFileSync(path.join(folder, 'benchmarks.md'), 'utf8');
const saved = new Docs(folder).saved();

/** Whoever changes figures, tables or pictures by hand, or how they are made: `npm run bench -- --redraw`. */
describe('docs/benchmarks.md', () => {
  it('holds the figures that were measured', () => {
    expect(page).toBe(renderPage(page, saved));
  });

  it('shows or names all that was made for it', () => {
    for (const [name, content] of filesBeside(saved)) {
      expect(readFileSync(path.join(folder, 'benchmarks', name), 'utf8')).toBe(content);
      expect(page).toContain(`(benchmarks/${name})`);
    }
  });

  it('has no figures of a trial', () => {
    expect([saved.workloads?.size, ...saved.curves.map(({ size }) => size)]).not.toContain('trial');
  });
});
