import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CURVES } from '../curves/curve-names.js';
import type { CurveReport, CurveResult } from '../curves/curve-report.js';
import { PROFILES } from '../profile/profile-names.js';
import type { ProfileReport, ProfileResult } from '../profile/profile-report.js';
import type { Report } from '../report.js';
import { renderPage, type Saved } from './render-page.js';
import { filesBeside } from './files-beside.js';

/** A folder with the page `benchmarks.md`, and in `benchmarks/` the figures and the pictures. */
export class Docs {
  readonly #page: string;
  readonly #workloads: string;
  readonly #curves: string;
  readonly #profiles: string;

  constructor(folder: string) {
    this.#page = path.join(folder, 'benchmarks.md');
    this.#workloads = path.join(folder, 'benchmarks', 'workloads.json');
    this.#curves = path.join(folder, 'benchmarks', 'curves.json');
    this.#profiles = path.join(folder, 'benchmarks', 'profiles.json');
  }

  saveWorkloads(report: Report): void {
    this.#write(this.#workloads, report);
    this.redraw();
  }

  /** Keeps the figures of curves that this run has not measured. */
  saveCurves({ curves }: CurveReport): void {
    const all = [...curves, ...this.saved().curves];
    const latest = CURVES.flatMap((name) => all.find((curve) => curve.name === name) ?? []);
    this.#write(this.#curves, latest);
    this.redraw();
  }

  /** Keeps what was seen of work that this run has not looked into. */
  saveProfiles({ profiles }: ProfileReport): void {
    const all = [...profiles, ...this.saved().profiles];
    const latest = PROFILES.flatMap((name) => all.find((profile) => profile.name === name) ?? []);
    this.#write(this.#profiles, latest);
    this.redraw();
  }

  /** Makes the page and what lies beside it from the figures. */
  redraw(): void {
    const saved = this.saved();
    writeFileSync(this.#page, renderPage(readFileSync(this.#page, 'utf8'), saved));
    for (const [name, content] of filesBeside(saved)) {
      writeFileSync(path.join(path.dirname(this.#curves), name), content);
    }
  }

  /** What was saved last. */
  saved(): Saved {
    return {
      workloads: this.#read<Report>(this.#workloads),
      curves: this.#read<readonly CurveResult[]>(this.#curves) ?? [],
      profiles: this.#read<readonly ProfileResult[]>(this.#profiles) ?? [],
    };
  }

  #read<Value>(file: string): Value | null {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Value) : null;
  }

  /** In few digits, so that two runs can be compared by eye. */
  #write(file: string, value: object): void {
    mkdirSync(path.dirname(file), { recursive: true });
    const short = (_: string, one: unknown): unknown => (typeof one === 'number' ? Number(one.toPrecision(6)) : one);
    writeFileSync(file, `${JSON.stringify(value, short, 1)}\n`);
  }
}
