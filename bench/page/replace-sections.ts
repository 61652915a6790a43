/**
 * Puts what was made into a page that people write, between `<!-- begin name -->` and `<!-- end name -->`.
 * @throws Error if the page has no such marks, or marks that nothing was made for
 */
export function replaceSections(page: string, sections: Readonly<Record<string, string>>): string {
  const marked = [...page.matchAll(/^<!-- begin (\S+) -->$/gm)].map(([, name = '']) => name);
  const unmade = marked.filter((name) => sections[name] === undefined);
  if (unmade.length > 0) throw new Error(`Nothing is made for ${unmade.join(', ')} of the page.`);
  return Object.entries(sections).reduce((text, [name, made]) => {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`The page has no place for ${name}, between "${begin}" and "${end}".`);
    return `${text.slice(0, from)}${begin}\n\n${made.trim()}\n\n${text.slice(to)}`;
  }, page);
}
