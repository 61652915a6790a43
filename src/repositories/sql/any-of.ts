/**
 * What a column is compared with to be any element of an array parameter: one probe of the index for each, however many
 * there are and whatever the statistics say. Of a parameter the planner counts the elements and, when they are hundreds,
 * may prefer to read a whole table; of an array that a sub-select makes it knows nothing.
 * @example `where j.id = ${anyOf(1, 'uuid')}`
 */
export function anyOf(parameter: number, type: 'uuid' | 'text'): string {
  return `any(array(select unnest($${parameter}::${type}[])))`;
}
