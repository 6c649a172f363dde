import { describe, expect, it } from 'vitest'
import { momentumOf } from '../../../src/core/domain/spec/optimizers'
import { checkRunSpec, parseRunSpec } from '../../../src/core/domain/spec/run-spec'

const base = {
  dataset: { kind: 'spirals' },
  model: { preset: 'mlp' },
  schedule: { kind: 'constant', lr: 0.1 },
  budget: { steps: 10 },
}
const decay = { weightDecay: 0, decayAll: false }
const moments = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

describe('optimizers', () => {
  it.each([
    [{ kind: 'sgd' }, { momentum: 0.9, nesterov: false, ...decay }, 0.9],
    [{ kind: 'adam' }, { ...moments, ...decay }, 0.9],
    [{ kind: 'adam', beta1: 0.5 }, { ...moments, beta1: 0.5, ...decay }, 0.5],
    [{ kind: 'adamw' }, { ...moments, ...decay, weightDecay: 0.01 }, 0.9],
    [{ kind: 'rmsprop' }, { alpha: 0.99, epsilon: 1e-8, momentum: 0, ...decay }, 0],
  ])('%j has PyTorch’s defaults', (optimizer, expected, momentum) => {
    const parsed = parseRunSpec({ ...base, optimizer }).optimizer
    expect(parsed).toEqual({ kind: optimizer.kind, ...expected })
    expect(momentumOf(parsed)).toBe(momentum)
  })

  it.each([
    [{ optimizer: { kind: 'adamm' } }, 'optimizer.kind must be one of sgd, adam, adamw, rmsprop, got "adamm"'],
    [{ optimizer: { kind: 'adam', momentum: 0.9 } }, 'optimizer.momentum'],
    [{ optimizer: { kind: 'adam', beta2: 1 } }, 'optimizer.beta2 must be at least 0 and below 1, got 1'],
    [{ optimizer: { kind: 'adam', epsilon: 0 } }, 'optimizer.epsilon must be above 0, got 0'],
    [{ optimizer: { kind: 'sgd', beta1: 0.9 } }, 'optimizer.beta1'],
    [{ optimizer: { kind: 'rmsprop', alpha: -1 } }, 'optimizer.alpha must be at least 0 and below 1, got -1'],
    [{ optimizer: { kind: 'sgd', decayAll: 1 } }, 'optimizer.decayAll must be true or false, got 1'],
    [{ clip: { norm: 0 } }, 'clip.norm must be above 0, got 0'],
    [{ clip: { value: -1 } }, 'clip.value must be above 0, got -1'],
    [{ clip: {} }, 'clip must be {"norm": n} or {"value": n}, above 0'],
    [{ clip: { norm: 1, value: 1 } }, 'clip'],
    [{ record: { updateRatioEvery: -1 } }, 'record.updateRatioEvery must be a whole number of at least 0, got -1'],
    [{ record: { gradientNorm: 'no' } }, 'record.gradientNorm must be true or false, got "no"'],
  ])('%j is refused in words', (change, message) => {
    const check = checkRunSpec({ ...base, ...change })
    expect(check.ok ? 'ok' : check.problems[0]!.message).toContain(message)
  })
})
