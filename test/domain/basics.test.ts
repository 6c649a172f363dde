import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError, exitCode, parseError, serializeError } from '../../src/core/domain/errors'
import { formatCount, formatDuration, formatLoss, formatPercent, formatRate } from '../../src/core/domain/format'
import { idFrom, isId } from '../../src/core/domain/ids'
import { bestOf, higherIsBetter } from '../../src/core/domain/metrics'
import { nearest } from '../../src/core/domain/nearest'
import { createRng, rngFrom, shuffle } from '../../src/core/domain/rng'
import { isLive, mayBecome, RUN_STATUSES } from '../../src/core/domain/run'

describe('the random generator', () => {
  it('gives the same draws for the same seed and purpose, others for others', () => {
    const draw = (seed: number, purpose: string) => Array.from({ length: 5 }, createRng(seed, purpose).next)
    expect(draw(1, 'weights')).toEqual(draw(1, 'weights'))
    expect(draw(1, 'weights')).not.toEqual(draw(2, 'weights'))
    expect(draw(1, 'weights')).not.toEqual(draw(1, 'shuffles'))
  })

  it('goes on from a stored state as if it had never stopped', () => {
    const rng = createRng(7)
    rng.next()
    const resumed = rngFrom(rng.state())
    expect(Array.from({ length: 20 }, resumed.next)).toEqual(Array.from({ length: 20 }, rng.next))
  })

  it('is uniform: mean and variance of 100 000 draws', () => {
    const rng = createRng(3)
    const draws = Array.from({ length: 100_000 }, rng.next)
    const mean = draws.reduce((a, b) => a + b) / draws.length
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.005)
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001)
  })

  it('draws normals of mean 0 and variance 1', () => {
    const rng = createRng(4)
    const draws = Array.from({ length: 100_000 }, rng.normal)
    const mean = draws.reduce((a, b) => a + b) / draws.length
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(Math.abs(variance - 1)).toBeLessThan(0.03)
    expect(draws.every(Number.isFinite)).toBe(true)
  })

  it('shuffles into a permutation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.nat(), (n, seed) => {
        const shuffled = shuffle(
          Uint32Array.from({ length: n }, (_, i) => i),
          createRng(seed),
        )
        return [...shuffled].sort((a, b) => a - b).every((x, i) => x === i)
      }),
      { seed: 5 },
    )
  })
})

describe('errors', () => {
  it('cross a process border as plain data and come back', () => {
    const error = new AppError('spec.invalid', 'lr must be above 0', { field: 'lr' })
    const back = parseError(JSON.parse(JSON.stringify(serializeError(error))))
    expect([back.code, back.message, back.details]).toEqual(['spec.invalid', 'lr must be above 0', { field: 'lr' }])
  })

  it.each([[null], [{}], [{ code: 'nonsense' }], ['text']])('from %j become internal', (plain) => {
    expect(parseError(plain).code).toBe('internal')
  })

  it('decide the exit status: 2 bad input, 130 cancelled, 1 the rest', () => {
    expect([exitCode('spec.invalid'), exitCode('cancelled'), exitCode('engine.failed')]).toEqual([2, 130, 1])
  })
})

describe('numbers for people', () => {
  it.each([
    [0.3, '0.300'],
    [0.012, '0.0120'],
    [0.001, '0.00100'],
    [8e-4, '8e-4'],
    [1.6e-6, '1.6e-6'],
    [0, '0'],
    [NaN, 'NaN'],
    [Infinity, '+Inf'],
  ])('a rate of %d is %s', (x, text) => expect(formatRate(x)).toBe(text))

  it('counts have thin spaces, losses 4 decimals, shares 2', () => {
    expect(formatCount(4690)).toBe('4\u2009690')
    expect(formatLoss(0.03634)).toBe('0.0363')
    expect(formatLoss(1e-7)).toBe('1e-7')
    expect(formatPercent(0.99371)).toBe('99.37')
  })

  it.each([
    [800, '0.8 s'],
    [42_000, '42 s'],
    [372_000, '6m 12s'],
    [7_500_000, '2h 05m'],
  ])('%d ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})

describe('names', () => {
  it('ids are 8 characters without look-alikes', () => {
    const id = idFrom(Uint8Array.from([0, 31, 255, 7, 8, 9, 10, 11]))
    expect(id).toHaveLength(8)
    expect(isId(id)).toBe(true)
    expect(isId('ILOUILOU')).toBe(false)
  })

  it('a mistyped word finds its neighbour, a foreign one does not', () => {
    expect(nearest('maxLR', ['maxLr', 'minLr'])).toBe('maxLr')
    expect(nearest('one_cycle', ['constant', 'one-cycle'])).toBe('one-cycle')
    // Comparing takes the product of both lengths: what nobody mistypes is not compared.
    expect(nearest('a'.repeat(2 ** 20), ['a'.repeat(2 ** 20)])).toBeNull()
    expect(nearest('xyzzy', ['constant', 'one-cycle'])).toBeNull()
  })

  it('of metrics say which way is better', () => {
    expect(['validation/accuracy', 'acc', 'train/loss', 'lr', 'macc/x'].map(higherIsBetter)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    const summary = {
      count: 3,
      last: 1,
      lastStep: 2,
      min: 0,
      minStep: 1,
      max: 5,
      maxStep: 0,
      nonFinite: 0,
      firstNonFiniteStep: null,
    }
    expect(bestOf('train/loss', summary)).toEqual({ value: 0, step: 1 })
    expect(bestOf('val/acc', summary)).toEqual({ value: 5, step: 0 })
  })
})

describe('run states', () => {
  it('only queued and running are live, and nothing leaves finished or diverged', () => {
    expect(RUN_STATUSES.filter(isLive)).toEqual(['queued', 'running'])
    for (const to of RUN_STATUSES) expect(mayBecome('finished', to) || mayBecome('diverged', to)).toBe(false)
    expect(mayBecome('interrupted', 'running')).toBe(true)
    expect(mayBecome('queued', 'finished')).toBe(false)
  })
})
