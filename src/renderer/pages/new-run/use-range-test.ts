import { computed, type ComputedRef } from 'vue'
import type { RangeTestEntry } from '../../../core/api/contract'
import type { RunSpec } from '../../../core/domain/spec/run-spec'
import { useQuery } from '../../composables/use-query'

/** A range test's maximum, and whose it is. */
export interface TestMax {
  name: string
  max: number
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The newest test that found a maximum for this data, model and optimizer. */
export function fittingTest(tests: readonly RangeTestEntry[], spec: RunSpec): TestMax | null {
  const found = tests.find(
    ({ run, max }) =>
      max !== null &&
      run.spec.dataset.kind === spec.dataset.kind &&
      same(run.spec.model, spec.model) &&
      run.spec.optimizer.kind === spec.optimizer.kind,
  )
  return found ? { name: found.run.name, max: found.max! } : null
}

/** "Peak is 1.3× the test max"; null where the peak is not above it. */
export function peakCaution(peak: number, test: TestMax | null): string | null {
  if (!test) return null
  const factor = peak / test.max
  return factor <= 1.005 ? null : `Peak is ${factor.toPrecision(factor < 1.1 ? 3 : 2)}× the test max`
}

export function useRangeTest(spec: () => RunSpec): ComputedRef<TestMax | null> {
  const { data } = useQuery(
    'rangeTests.list',
    {},
    { on: ({ type }) => type === 'runs.changed' || type === 'runs.removed' },
  )
  return computed(() => fittingTest(data.value?.tests ?? [], spec()))
}
