import type { StepState, UndoState } from '../core/run-state.js';
import type { PipelineDefinition } from './pipeline-definition.js';
import type { StepShape } from './pipeline-graph.js';
import { pipelineGraph } from './pipeline-graph.js';
import type { StepKind } from './step-kind.js';
import type { OnFailure } from './step-options.js';

/** What is drawn: the steps of a pipeline, or of a run, which have states. */
export interface Drawable {
  readonly steps: readonly DrawnStep[];
}

interface DrawnStep extends StepShape {
  readonly state?: StepState | 'pending';
  readonly done?: number;
  readonly total?: number;
  readonly undo?: UndoState | null;
  readonly reused?: boolean;
}

const COLOURS: Readonly<Record<StepState | 'pending', string>> = {
  pending: 'fill:#f3f4f6,stroke:#9ca3af,color:#111827',
  running: 'fill:#dbeafe,stroke:#2563eb,color:#111827',
  completed: 'fill:#d1fae5,stroke:#059669,color:#111827',
  skipped: 'fill:#ffffff,stroke:#9ca3af,color:#6b7280,stroke-dasharray:4 3',
  substituted: 'fill:#fef3c7,stroke:#d97706,color:#111827',
  failed: 'fill:#fee2e2,stroke:#dc2626,color:#111827',
  cancelled: 'fill:#e5e7eb,stroke:#4b5563,color:#111827',
};

const SHAPES: Readonly<Record<StepKind, readonly [left: string, right: string]>> = {
  one: ['[', ']'],
  each: ['[[', ']]'],
  sleep: ['([', '])'],
  signal: ['>', ']'],
  approve: ['{{', '}}'],
  run: ['[/', '\\]'],
};

const UNDONE: Readonly<Record<UndoState, string>> = {
  running: 'being undone',
  completed: 'undone',
  failed: 'not all undone',
};

/**
 * A pipeline, or a run of one, as the text of a Mermaid flowchart: a shape for each kind of step (a fan-out with double
 * sides, a sleep with round ones, a signal with a notch, an approval
 * with six corners, a child run with slanting sides), dotted edges to a step that has a condition, and in a run a colour for each state.
 * @param drawn a definition, or what `run.graph()` gives; `run.mermaid()` does both
 * @example console.log(mermaid(ingestPage));
 */
export function mermaid(drawn: PipelineDefinition | Drawable): string {
  const { steps }: Drawable = 'inputClass' in drawn ? pipelineGraph(drawn) : drawn;
  const ids = new Map(steps.map(({ name }, at) => [name, `s${at}`]));
  const states = new Set(steps.flatMap(({ state }) => state ?? []));
  return [
    'flowchart TD',
    ...steps.map((step) => `  ${ids.get(step.name)}${box(step)}${step.state ? `:::${step.state}` : ''}`),
    ...steps.flatMap((step) => step.after.map((name) => `  ${ids.get(name)} ${edge(step)} ${ids.get(step.name)}`)),
    ...[...states].sort().map((state) => `  classDef ${state} ${COLOURS[state]}`),
    '',
  ].join('\n');
}

function edge({ conditional }: DrawnStep): string {
  return conditional ? '-.->' : '-->';
}

function workOf({ kind, handler, child }: DrawnStep): string {
  switch (kind) {
    case 'one':
      return handler;
    case 'each':
      return `${handler}, each`;
    case 'sleep':
    case 'signal':
      return kind;
    case 'approve':
      return 'approval';
    case 'run':
      return `run of ${child?.pipeline ?? ''}`;
  }
}

function exception(policy: OnFailure, what: string): string | null {
  if (policy === 'fail') return null;
  return policy === 'skip' ? `skipped on ${what}` : `substituted on ${what}`;
}

/** Names hold nothing that Mermaid reads otherwise within quotes. */
function box(step: DrawnStep): string {
  const label = `"${lines(step).join('<br>')}"`;
  const [left, right] = SHAPES[step.kind];
  return `${left}${label}${right}`;
}

function lines(step: DrawnStep): string[] {
  const { name, kind, conditional, state, done = 0, total = 0, undo } = step;
  const policy = kind === 'each' ? step.onItemFailure : step.onFailure;
  const progress = state === undefined ? null : total > 1 ? `${state} ${done}/${total}` : state;
  return [
    `<b>${name}</b>`,
    workOf(step),
    conditional ? 'when …' : null,
    step.afterSkipped === 'skip' ? 'skipped with what it follows' : null,
    exception(policy, 'failure'),
    exception(step.onTimeout, 'timeout'),
    step.undoneBy === null ? null : `undo: ${step.undoneBy}`,
    progress,
    step.reused ? 'taken over' : null,
    undo ? UNDONE[undo] : null,
  ].filter((line) => line !== null);
}
