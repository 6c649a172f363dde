import { describe, expect, it } from 'vitest'
import type { RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { NO_NATIVE, THREADS } from '../engine/native-library'
import { CNN, fileOf, joined, MLP, newFolder, trained } from './trained'

const NETWORKS = [
  ['a CNN with batch norm, dropout and Adam', CNN],
  ['an MLP with Nesterov and weight decay', MLP],
  ['an MLP with AdamW', { ...MLP, optimizer: { kind: 'adamw' }, schedule: { kind: 'constant', lr: 0.01 } }],
  [
    'an MLP with RMSprop',
    { ...MLP, optimizer: { kind: 'rmsprop', momentum: 0.5 }, schedule: { kind: 'constant', lr: 0.003 } },
  ],
] as [string, RunSpecInput][]

const steps = (spec: RunSpecInput) => (spec.budget as { steps: number }).steps

/** The whole of a run: everything it recorded, and the hash of its last checkpoint, which holds all it has learnt. */
const resultOf = ({ points, saved }: Awaited<ReturnType<typeof trained>>) => ({ points, end: saved.at(-1)!.sha256 })

function sameBits(engine: RunSpecInput['engine'], threads?: number) {
  describe.each(NETWORKS)('%s', (_, network) => {
    const spec: RunSpecInput = { ...network, engine, ...(threads && { threads }) }
    const all = steps(spec)

    it('ends twice with the same bits', async () => {
      const [a, b] = [await trained(spec, newFolder()), await trained(spec, newFolder())]
      expect(a.saved.at(-1)!.step).toBe(all)
      expect(resultOf(b)).toEqual(resultOf(a))
      const other = await trained({ ...spec, seed: 77 }, newFolder())
      expect(other.saved.at(-1)!.sha256).not.toBe(a.saved.at(-1)!.sha256)
    })

    // Between two evaluations, at the border of an epoch, and where an evaluation was about to begin.
    it.each([1, 10, 13, 18, 23])('stopped after %d updates and resumed ends as if undisturbed', async (stopAt) => {
      const whole = resultOf(await trained(spec, newFolder()))
      const folder = newFolder()
      const first = await trained(spec, folder, { stopAt })
      expect(first).toMatchObject({ status: 'stopped', notices: [] })
      const stop = first.saved.at(-1)!
      expect(stop.step).toBe(stopAt)
      const second = await trained(spec, folder, { resume: [fileOf(folder, stop.step)] })
      expect(second.start).toEqual({ step: stopAt, evaluationDue: stopAt % spec.evaluate!.everySteps === 0 })
      expect({ points: joined(first.points, second), end: second.saved.at(-1)!.sha256 }).toEqual(whole)
      expect(second.notices).toEqual([])
    })

    it('stopped at every third update, again and again, ends as if undisturbed', async () => {
      const whole = resultOf(await trained(spec, newFolder()))
      const folder = newFolder()
      let part = await trained(spec, folder, { stopAt: 3 })
      let points = part.points
      for (let stopAt = 6; part.status === 'stopped'; stopAt += 3) {
        part = await trained(spec, folder, { stopAt, resume: [fileOf(folder, stopAt - 3)] })
        points = joined(points, part)
      }
      expect({ points, end: part.saved.at(-1)!.sha256 }).toEqual(whole)
    })

    it('resumed from any checkpoint ends as if undisturbed', async () => {
      const folder = newFolder()
      const undisturbed = await trained(spec, folder)
      const whole = resultOf(undisturbed)
      for (const { step } of undisturbed.saved.slice(0, -1)) {
        const again = await trained(spec, newFolder(), { resume: [fileOf(folder, step)] })
        expect({ points: joined(undisturbed.points, again), end: again.saved.at(-1)!.sha256 }).toEqual(whole)
      }
    })
  })
}

describe('on wasm', () => sameBits('wasm'))
describe.skipIf(NO_NATIVE)(`on TensorFlow ${NO_NATIVE && `(skipped: ${NO_NATIVE})`}`, () => sameBits('native', THREADS))
