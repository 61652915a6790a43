type Attributes = Readonly<Record<string, string | number>>;

/** An element of SVG, as text; what it contains is text of elements, made by this function or by `text`. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(show(value))}"`);
  const opening = `<${name}${written.join('')}`;
  if (children.length === 0) return `${opening}/>`;
  const lines = children.length > 1 || children[0]!.startsWith('<');
  return lines ? `${opening}>\n${children.join('\n')}\n</${name}>` : `${opening}>${children[0]}</${name}>`;
}

/** Characters as they are to be read. */
export function text(characters: string): string {
  return escape(characters);
}

function show(value: string | number): string {
  return typeof value === 'number' ? String(Number(value.toFixed(2))) : value;
}

function escape(characters: string): string {
  return characters.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
