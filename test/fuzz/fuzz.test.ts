import { expect, it } from 'vitest'
import { fuzz } from './fuzz'

// `npm run test:fuzz` runs the same with at least 100 000 cases; a seed of the past is a case for a test of its own.
it('the contract on every transport, and the trainers’ protocol on both sides, stand whatever comes', async () => {
  const { cases, outcomes } = await fuzz({ cases: 1000, seed: 20261129 })
  expect(cases).toBeGreaterThanOrEqual(1000)
  // It reaches behind the checks: many calls are answered, and all kinds of refusals are seen.
  expect(outcomes.answer).toBeGreaterThan(150)
  for (const code of ['input.invalid', 'spec.invalid', 'run.notFound', 'method.unknown'])
    expect(outcomes[code]).toBeGreaterThan(0)
})
