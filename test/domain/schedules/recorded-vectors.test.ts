import { describe, expect, it } from 'vitest'
import { createSchedule } from '../../../src/core/domain/schedules/registry'
import { allVectors, type Case, largestExcess, LIBRARY_FUNCTIONS, vectors, whyNot } from './vectors'

/** Values of ours at the recorded updates; of plateau the rate after each value that it is told. */
function sampled({ spec, n, what, steps, metrics }: Case): number[] {
  const { lr, momentum, feedback } = createSchedule(spec, metrics ? n + 1 : n)
  if (!metrics) return steps.map(what === 'lr' ? lr : momentum!)
  return metrics.map((value, t) => {
    feedback!.observe('validation/loss', value, t)
    return lr(t + 1)
  })
}

const cases = LIBRARY_FUNCTIONS.flatMap((name) => vectors(name).map((vector) => ({ name, vector })))

describe('recorded values of the libraries', () => {
  it.each(cases.map(({ name, vector }) => [vector.id, name, vector.what, vector] as const))(
    '%s (%s, %s) are met at every recorded update',
    (_id, _name, _what, vector) => expect(largestExcess(sampled(vector), vector)).toBeLessThanOrEqual(1),
  )

  it('are those of every function that we claim to express', () => {
    for (const name of LIBRARY_FUNCTIONS) expect(vectors(name).length, name).toBeGreaterThan(0)
  })

  it('are left out only where listed here, with the reason', () => {
    const left = allVectors.flatMap((vector) => {
      const reason = whyNot(vector)
      return reason && reason !== 'range test' ? [[vector.id, reason]] : []
    })
    expect(Object.fromEntries(left)).toEqual({
      X1q: 'quirk',
      X2q: 'quirk',
      X7q: 'quirk',
      X20: 'quirk',
      X26: 'quirk',
      V9q: 'quirk',
      X34m: 'momentum that ends at a third value',
      // SchedPoly takes the power of the position, not of what is left of it: neither library's polynomial decay.
      X37: 'no family',
    })
    const rangeTests = allVectors.filter((vector) => whyNot(vector) === 'range test')
    expect(allVectors.length).toBe(cases.length + left.length + rangeTests.length)
  })
})
