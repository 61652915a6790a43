/** Names a step, or an item of it, in messages: `pipeline "ingest-page", step "images", item 3`. */
export function stepPlace(pipeline: string, step: string, item: number | null = null): string {
  return `pipeline "${pipeline}", step "${step}"${item === null ? '' : `, item ${item}`}`;
}
