import { type Sample, format, quantile } from './bench.js';

/** A Markdown table a measure: metrics down, layouts across, medians in the cells. */
export function report(samples: readonly Sample[]): string {
  return unique(samples.map((sample) => sample.measure))
    .map((measure) =>
      table(
        measure,
        samples.filter((sample) => sample.measure === measure),
      ),
    )
    .join('\n');
}

function table(measure: string, samples: readonly Sample[]): string {
  const layouts = unique(samples.map((sample) => sample.layout)).sort();
  const rows = unique(samples.map((sample) => sample.metric)).map((metric) => {
    const cells = layouts.map((layout) => {
      const values = samples.filter((s) => s.metric === metric && s.layout === layout).map((s) => s.value);
      return values.length ? format(quantile(values, 0.5)) : '–';
    });
    return `| ${metric} | ${cells.join(' | ')} |`;
  });
  return [
    `\n### ${measure}\n`,
    `| | ${layouts.join(' | ')} |`,
    `|---|${layouts.map(() => '---:|').join('')}`,
    ...rows,
  ].join('\n');
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
