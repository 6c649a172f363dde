import { describe, expect, it } from 'vitest'
import type { RunSpecInput } from '../../src/core/domain/spec/run-spec'
import type { CheckpointFacts } from '../../src/core/engine/checkpoints/format'
import { readCheckpoint, type ReadArray } from '../../src/core/engine/checkpoints/read-checkpoint'
import type { StateEntry } from '../../src/core/engine/checkpoints/state'
import { writeCheckpoint } from '../../src/core/engine/checkpoints/write-checkpoint'
import { CNN, fileOf, joined, MLP, newFolder, trained } from './trained'

const WASM: RunSpecInput = { ...CNN, engine: 'wasm' }

const asState = ({ name, type, shape, values }: ReadArray): StateEntry => ({
  name,
  type,
  shape,
  read: () => values,
  write: () => {},
})

/** A run stopped after 13 updates, and its checkpoint with something changed. */
async function changed(spec: RunSpecInput, change: (facts: CheckpointFacts, arrays: ReadArray[]) => void) {
  const folder = newFolder()
  const first = await trained(spec, folder, { stopAt: 13 })
  const { facts, arrays } = readCheckpoint(fileOf(folder, 13))
  change(facts, arrays)
  writeCheckpoint(folder, facts, arrays.map(asState))
  return { first, file: fileOf(folder, facts.step) }
}

describe('what a checkpoint holds', () => {
  it('is needed, every array of it: one that is changed changes where the run ends', async () => {
    const whole = (await trained(WASM, newFolder())).saved.at(-1)!.sha256
    const { file: unchanged } = await changed(WASM, () => {})
    expect((await trained(WASM, newFolder(), { resume: [unchanged] })).saved.at(-1)!.sha256).toBe(whole)
    const { arrays } = readCheckpoint(unchanged)
    const kinds = ['weight', 'scale', 'shift', 'mean', 'variance', 'random', 'first', 'second', 'updates', 'bias']
    for (const kind of kinds)
      expect(
        arrays.some(({ name }) => name.endsWith(`/${kind}`)),
        kind,
      ).toBe(true)
    for (const { name } of arrays) {
      const { file } = await changed(WASM, (_, all) => {
        const { values } = all.find((one) => one.name === name)!
        values[0] = values[0]! + 1
      })
      const { saved } = await trained(WASM, newFolder(), { resume: [file] })
      expect(saved.at(-1)!.sha256, name).not.toBe(whole)
    }
  })
})

describe('a checkpoint that was written', () => {
  it.each<[string, (facts: CheckpointFacts) => void, RegExp]>([
    [
      'by another version of the engine',
      (facts) => (facts.engine.label = 'wasm (SIMD), TensorFlow.js 3.0'),
      /goes on with wasm.*4\.22.*, not wasm \(SIMD\), TensorFlow\.js 3\.0\. Up to update 13 it was another/,
    ],
    ['on another processor', (facts) => (facts.cpu = 'a slide rule'), /on the processor .*, not a slide rule/],
  ])('%s is used, with a notice', async (_, change, words) => {
    const { first, file } = await changed(WASM, change)
    const second = await trained(WASM, newFolder(), { resume: [file] })
    expect(second.notices).toEqual([expect.stringMatching(words)])
    expect(joined(first.points, second).update).toHaveLength(24)
  })

  it.each<[string, (facts: CheckpointFacts) => void, RegExp]>([
    ['for other data', (facts) => (facts.data = 'f'.repeat(64)), /trained on other data/],
    ['at another place in the data', (facts) => (facts.batch += 1), /its update 13 is at batch/],
  ])('%s is refused', async (_, change, words) => {
    const { file } = await changed(WASM, change)
    await expect(trained(WASM, newFolder(), { resume: [file] })).rejects.toMatchObject({
      code: 'checkpoint.invalid',
      message: expect.stringMatching(words),
    })
  })

  it('on wasm goes on in pure JavaScript where that is asked for, with a notice', async () => {
    const folder = newFolder()
    await trained({ ...MLP, engine: 'wasm' }, folder, { stopAt: 15 })
    const { notices, status } = await trained({ ...MLP, engine: 'cpu' }, folder, { resume: [fileOf(folder, 15)] })
    expect([status, notices]).toEqual(['finished', [expect.stringMatching(/goes on with pure JavaScript.*, not wasm/)]])
  })
})

describe('when checkpoints are written', () => {
  const savedBy = async (change: Partial<RunSpecInput>, stopAt?: number) =>
    (await trained({ ...WASM, ...change }, newFolder(), { stopAt })).saved.map(({ step }) => step)

  it('follows the rule', async () => {
    expect(await savedBy({})).toEqual([6, 12, 18, 24])
    expect(await savedBy({ checkpoint: { everySteps: 5 } })).toEqual([5, 10, 15, 20, 24])
    expect(await savedBy({ checkpoint: null })).toEqual([])
    expect(await savedBy({ checkpoint: null }, 9)).toEqual([])
    expect(await savedBy({}, 9)).toEqual([6, 9])
    expect(await savedBy({ checkpoint: { everySteps: 100 } }, 9)).toEqual([9])
  })

  it('includes each evaluation that is the best so far, also across a break', async () => {
    const spec: RunSpecInput = {
      ...WASM,
      evaluate: { everySteps: 2 },
      checkpoint: { everySteps: 1000, best: 'validation/accuracy' },
    }
    const folder = newFolder()
    const undisturbed = await trained(spec, folder)
    let best = -Infinity
    const improving = undisturbed.points.evaluation
      .filter(({ values }) => values[1]! > best && ((best = values[1]!), true))
      .map(({ step }) => step + 1)
    const expected = [...new Set([...improving, 24])]
    expect(undisturbed.saved.map(({ step }) => step)).toEqual(expected)
    expect(expected.length).toBeLessThan(12)
    const from = expected[1]!
    const again = await trained(spec, newFolder(), { resume: [fileOf(folder, from)] })
    expect(again.saved.map(({ step }) => step)).toEqual(expected.filter((step) => step > from))
  })
})
