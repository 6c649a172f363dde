import { suggestedTarget } from '../../../../core/domain/compare/target'
import type { RunRow } from '../../../../core/domain/run'
import { isRecord } from '../axes/read-state'

/** The target that somebody typed for a metric; null where nobody has. One for each metric, wherever it is shown. */
function typedTarget(state: unknown, metric: string): number | null {
  const values = isRecord(state) && isRecord(state.values) ? state.values : {}
  const value = Object.hasOwn(values, metric) ? values[metric] : null
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The target for a metric: the typed one, else one that all runs with a value reach; null where there is neither. */
export const targetOf = (state: unknown, metric: string, runs: readonly RunRow[]): number | null =>
  typedTarget(state, metric) ?? suggestedTarget(runs, metric)

/** The panel's state with a target for a metric; null takes the typed one back. */
export function withTarget(state: unknown, metric: string, value: number | null): Record<string, unknown> {
  const before = isRecord(state) ? state : {}
  const { [metric]: _, ...others } = isRecord(before.values) ? before.values : {}
  return { ...before, values: value === null ? others : { ...others, [metric]: value } }
}
