import { describe, expect, it } from 'vitest'
import { setValues } from '../../src/cli/set-values'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'

const SPEC = {
  dataset: { kind: 'spirals' },
  model: { preset: 'mlp' },
  schedule: { kind: 'one-cycle', maxLr: 0.4 },
  budget: { steps: 10 },
}

describe('--set', () => {
  it('replaces and adds fields by their dotted path, values as JSON, else as text', () => {
    const spec = setValues(SPEC, [
      'schedule.maxLr=0.2',
      'name=my run = best',
      'clip.norm=1',
      'tags=["a"]',
      'dataset.standardize=false',
    ])
    expect(spec).toMatchObject({
      schedule: { kind: 'one-cycle', maxLr: 0.2 },
      name: 'my run = best',
      clip: { norm: 1 },
      tags: ['a'],
      dataset: { standardize: false },
    })
    expect(() => parseRunSpec(spec)).not.toThrow()
  })
  it('leaves the given spec as it was', () => {
    const before = structuredClone(SPEC)
    setValues(SPEC, ['schedule.maxLr=1', 'budget.epochs=2'])
    expect(SPEC).toEqual(before)
  })
  it('exchanges fields of which there is only one', () => {
    const spec = setValues(SPEC, ['budget.epochs=2', 'model.layers=[{"kind":"flatten"}]'])
    expect(parseRunSpec(spec)).toMatchObject({ budget: { epochs: 2 }, model: { layers: [{ kind: 'flatten' }] } })
  })
  it('reaches into lists', () => {
    const spec = { ...SPEC, model: { layers: [{ kind: 'dense', units: 8 }] } }
    expect(setValues(spec, ['model.layers.0.units=16'])).toMatchObject({ model: { layers: [{ units: 16 }] } })
    expect(() => setValues(spec, ['model.layers.3.units=16'])).toThrow(
      /model\.layers\.3\.units cannot be set: model\.layers is/,
    )
  })
  it.each(['schedule', '=1', 'a..b=1', '.a=1'])('%j is no assignment', (text) => {
    expect(() => setValues(SPEC, [text])).toThrow(
      expect.objectContaining({ code: 'spec.invalid', message: `--set must be PATH=VALUE, got "${text}"` }),
    )
  })
  it('does not lead through a value that has no fields', () => {
    expect(() => setValues(SPEC, ['schedule.kind.x=1'])).toThrow(
      'schedule.kind.x cannot be set: schedule.kind is "one-cycle"',
    )
  })
  it('leaves unknown paths to the check of the spec, which names the nearest', () => {
    expect(() => parseRunSpec(setValues(SPEC, ['optimzer.momentum=0.5']))).toThrow(/did you mean optimizer\?/)
    expect(() => parseRunSpec(setValues(SPEC, ['schedule.maxlr=0.5']))).toThrow(/did you mean maxLr\?/)
  })
  it('completes the default optimizer where the spec names none', () => {
    expect(setValues(SPEC, ['optimizer.momentum=0.5'])).toMatchObject({ optimizer: { kind: 'sgd', momentum: 0.5 } })
  })
  it('cannot reach a prototype', () => {
    const spec = setValues(SPEC, ['__proto__.polluted=1', 'constructor.prototype.polluted=1'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(() => parseRunSpec(spec)).toThrow(/is not a known field/)
  })
})
