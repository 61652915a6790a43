/** Colours by scheme. The picture is an image to its page, so it takes the scheme of the reader's system, and brings its own paper. */
const LIGHT = { paper: '#ffffff', ink: '#1f2328', soft: '#59636e', grid: '#d8dee4', lines: ['#0860ca', '#bc4c00'] };
const DARK = { paper: '#0d1117', ink: '#e6edf3', soft: '#9198a1', grid: '#30363d', lines: ['#4493f8', '#f0883e'] };

function rules({ paper, ink, soft, grid, lines }: typeof LIGHT): string {
  return [
    `.paper { fill: ${paper} }`,
    `.ink { fill: ${ink} }`,
    `.soft { fill: ${soft} }`,
    `.grid { stroke: ${grid} }`,
    `.axis { stroke: ${soft} }`,
    ...lines.map((colour, index) => `.line${index} { stroke: ${colour} } .dot${index} { fill: ${colour} }`),
  ].join('\n');
}

/** What the classes of the picture's elements mean. */
export const STYLE = `
text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif }
.line0, .line1 { fill: none; stroke-width: 2; stroke-linejoin: round }
.line1 { stroke-dasharray: 6 4 }
.spread { stroke-width: 1.5; stroke-dasharray: none }
.axis, .grid { stroke-width: 1 }
${rules(LIGHT)}
@media (prefers-color-scheme: dark) {
${rules(DARK)}
}
`;

/** Lines that can be told apart in one panel. */
export const LINES = LIGHT.lines.length;
