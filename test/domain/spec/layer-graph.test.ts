import { describe, expect, it } from 'vitest'
import { graphProblems, layerInputs } from '../../../src/core/domain/spec/layer-graph'
import { PRESET_LAYERS, PRESETS } from '../../../src/core/domain/spec/presets'
import { checkRunSpec } from '../../../src/core/domain/spec/run-spec'

const relu = (more: object = {}) => ({ kind: 'relu' as const, ...more })

describe('a layer list', () => {
  it('is a chain where nothing else is said', () => {
    expect(layerInputs([relu(), relu(), relu()])).toEqual([[-1], [0], [1]])
  })

  it('connects layers by their names, "input" being what the model is given', () => {
    const layers = [
      relu({ name: 'a' }),
      relu({ name: 'b', inputs: ['input'] }),
      { kind: 'concat' as const, inputs: ['b', 'a', 'b', 'input'] },
      relu(),
    ]
    expect(graphProblems(layers)).toEqual([])
    expect(layerInputs(layers)).toEqual([[-1], [-1], [1, 0, 1, -1], [2]])
  })

  it.each(PRESETS)('of the preset %s is sound', (preset) => {
    expect(graphProblems(PRESET_LAYERS[preset])).toEqual([])
  })

  it.each<[string, object[], string[]]>([
    [
      'an unknown input',
      [relu({ name: 'first' }), relu({ inputs: ['frist'] })],
      ['model.layers.1.inputs (relu) must name layers before it (input, first), got "frist" (did you mean first?)'],
    ],
    [
      'an input that comes later',
      [relu({ inputs: ['b'] }), relu({ name: 'b' })],
      ['model.layers.0.inputs (relu) must name layers before it (input), got "b", which comes later'],
    ],
    [
      'a layer that feeds itself',
      [relu({ name: 'a', inputs: ['a'] })],
      ['model.layers.0.inputs (relu) must name layers before it (input), got "a", which is the layer itself'],
    ],
    [
      'two layers of one name',
      [relu({ name: 'a' }), relu({ name: 'a' })],
      ['model.layers.1.name (relu) must not be the name of another layer, got "a"'],
    ],
    [
      'a layer called input',
      [relu({ name: 'input' })],
      ['model.layers.0.name (relu) must not be "input", the name of the model\'s own input, got "input"'],
    ],
    [
      'a sum of nothing in particular',
      [relu(), { kind: 'add' }],
      ['model.layers.1.inputs (add) must name at least two layers, got nothing'],
    ],
    [
      'a sum of one',
      [relu({ name: 'a' }), { kind: 'add', inputs: ['a'] }],
      ['model.layers.1.inputs (add) must name at least two layers, got ["a"]'],
    ],
    [
      'two inputs where one is taken',
      [relu({ name: 'a' }), relu({ inputs: ['a', 'input'] })],
      ['model.layers.1.inputs (relu) must name one layer: only add and concat take several, got ["a","input"]'],
    ],
    [
      'a layer that nobody takes',
      [relu({ name: 'a' }), relu({ inputs: ['input'] })],
      [
        'model.layers.0 (relu) must be an input of a later layer; nothing takes its output, got {"kind":"relu","name":"a"}',
      ],
    ],
  ])('with %s is refused, and says which layer', (_, layers, messages) => {
    const check = checkRunSpec({
      dataset: { kind: 'glyphs' },
      model: { layers },
      schedule: { kind: 'constant', lr: 0.1 },
      budget: { steps: 1 },
    })
    expect(check.ok ? [] : check.problems.map(({ message }) => message)).toEqual(messages)
  })

  it.each<[object, string]>([
    [{ kind: 'dropout', rate: 1 }, 'model.layers.0.rate must be at least 0 and below 1, got 1'],
    [{ kind: 'leaky-relu', slope: 0 }, 'model.layers.0.slope must be above 0 and below 1, got 0'],
    [{ kind: 'reshape', shape: [] }, 'model.layers.0.shape must be 1 to 3 sizes, got []'],
    [{ kind: 'reshape', shape: [0] }, 'model.layers.0.shape.0 must be a whole number from 1 to 16777216, got 0'],
    [
      { kind: 'dense', units: 3, initializer: 'xavier' },
      'model.layers.0.initializer must be one of he-normal, he-uniform, glorot-normal, glorot-uniform, lecun-normal, lecun-uniform, got "xavier"',
    ],
    [{ kind: 'relu', inputs: [] }, 'model.layers.0.inputs must name at least one layer, got []'],
    [{ kind: 'relu', inputs: 'a' }, 'model.layers.0.inputs must be a list, got "a"'],
    [{ kind: 'relu', name: '' }, 'model.layers.0.name must be text of 1 to 64 bytes, got ""'],
  ])('refuses %j', (layer, message) => {
    const check = checkRunSpec({
      dataset: { kind: 'glyphs' },
      model: { layers: [layer] },
      schedule: { kind: 'constant', lr: 0.1 },
      budget: { steps: 1 },
    })
    expect(check.ok ? '' : check.problems[0]!.message).toBe(message)
  })

  it('takes label smoothing with cross-entropy only', () => {
    const check = (more: object) =>
      checkRunSpec({
        dataset: { kind: 'glyphs' },
        model: { preset: 'mlp' },
        schedule: { kind: 'constant', lr: 0.1 },
        budget: { steps: 1 },
        ...more,
      })
    expect(check({ labelSmoothing: 0.1 })).toMatchObject({ ok: true, spec: { labelSmoothing: 0.1 } })
    expect(check({ labelSmoothing: 0.1, loss: 'mean-squared-error' })).toMatchObject({
      ok: false,
      problems: [{ message: 'labelSmoothing needs the loss cross-entropy, got mean-squared-error' }],
    })
    expect(check({ labelSmoothing: 1 })).toMatchObject({
      ok: false,
      problems: [{ message: 'labelSmoothing must be at least 0 and below 1, got 1' }],
    })
  })
})
