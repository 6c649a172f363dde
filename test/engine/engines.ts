import { expect } from 'vitest'
import { type Engine, resolveEngine } from '../../src/core/engine/backends/resolve'
import type { Tensor } from '../../src/core/engine/ops/ops'
import { createRng } from '../../src/core/domain/rng'

/** Every portable engine, started: tests run over each. */
export const ENGINES: Record<'wasm' | 'cpu', Engine> = {
  wasm: await resolveEngine('wasm'),
  cpu: await resolveEngine('cpu'),
}
export const KINDS = ['wasm', 'cpu'] as const

/** Standard normal values in float32, so that reference and engine see the same ones. */
export const normals = (n: number, seed: number): Float32Array => {
  const rng = createRng(seed, 'test')
  return Float32Array.from({ length: n }, () => rng.normal())
}

/** All different by at least 0.01 and nowhere near 0: no kink within a difference's step. */
export const distinct = (n: number, seed: number, offset = 0): Float32Array => {
  const rng = createRng(seed, 'distinct')
  const values = Float32Array.from({ length: n }, (_, i) => (i - n / 2 + 0.5) * 0.01 + offset)
  for (let i = n - 1; i > 0; i--) {
    const j = rng.int(i + 1)
    const swap = values[i]!
    values[i] = values[j]!
    values[j] = swap
  }
  return values
}

/** Greatest difference of two arrays over the greatest value of the expected one. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length)
  let error = 0
  let size = 1e-12
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!)
    if (Number.isNaN(difference)) return NaN
    error = Math.max(error, difference)
    size = Math.max(size, Math.abs(expected[i]!))
  }
  return error / size
}

/** Runs operations in a scope and returns the values of each result. */
export const values = (kind: 'wasm' | 'cpu', run: () => Tensor[]): Float32Array[] => {
  const { ops } = ENGINES[kind]
  return ops.scope(() => run().map((tensor) => ops.download(tensor)))
}
