/**
 * The element of an array parameter that belongs to a run, by the place of its id among the ids of parameter 1: these must
 * be sorted and all different. Not a join with the parameters, which the planner may make a comparison of each with each.
 * @example ofRun('s.run_id', 2, 'text') // the text that was given for the run of this step
 */
export function ofRun(id: string, parameter: number, type: string): string {
  return `($${parameter}::${type}[])[width_bucket(${id}, $1::uuid[])]`;
}
