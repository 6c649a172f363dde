import { describe, expect, it } from 'vitest'
import { OPS } from './all-ops'
import { normals, relativeError } from './engines'
import { OPERATION_CASES, type OperationCase } from './operation-cases'
import { differences } from './reference'

const FORWARD = 2e-6
const GRADIENT = 2e-5
/** Two engines in float32 are nearer to each other than differences can tell. */
const BETWEEN_ENGINES = 5e-6

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)
const slopes = ({ shape }: OperationCase) => normals(sizeOf(shape), 99)

/** Output and gradients of a case on an engine, as plain values. */
function onEngine(kind: string, operation: OperationCase) {
  const ops = OPS[kind]!
  const before = ops.tensorCount()
  const result = ops.scope(() => {
    const inputs = operation.inputs.map(({ values, shape }) => ops.upload(values, shape))
    const { y, gradients } = operation.run(ops, inputs, ops.upload(slopes(operation), operation.shape))
    expect(y.shape).toEqual(operation.shape)
    gradients.forEach((gradient, i) => expect(gradient.shape).toEqual(operation.inputs[i]!.shape))
    return { y: ops.download(y), gradients: gradients.map((gradient) => ops.download(gradient)) }
  })
  expect(ops.tensorCount()).toBe(before)
  return result
}

describe.each(OPERATION_CASES)('$name', (operation) => {
  const inputs = operation.inputs.map(({ values }) => Float64Array.from(values))
  const results = Object.fromEntries(Object.keys(OPS).map((kind) => [kind, onEngine(kind, operation)]))

  it('is what it is by definition, on every engine', () => {
    const expected = operation.reference(inputs)
    for (const [kind, { y }] of Object.entries(results)) expect(relativeError(y, expected), kind).toBeLessThan(FORWARD)
  })

  it('has the gradients of central differences in float64, on every engine', () => {
    inputs.forEach((input, i) => {
      const f = (at: Float64Array) => operation.reference(inputs.map((input, k) => (k === i ? at : input)))
      const expected = differences(f, input, slopes(operation))
      for (const [kind, { gradients }] of Object.entries(results))
        expect(relativeError(gradients[i]!, expected), `input ${i} on ${kind}`).toBeLessThan(GRADIENT)
    })
  })

  it('is the same on all engines', () => {
    const { wasm, ...rest } = results
    for (const [kind, { y, gradients }] of Object.entries(rest)) {
      expect(relativeError(y, wasm!.y), kind).toBeLessThan(BETWEEN_ENGINES)
      gradients.forEach((gradient, i) =>
        expect(relativeError(gradient, wasm!.gradients[i]!), `input ${i} on ${kind}`).toBeLessThan(BETWEEN_ENGINES),
      )
    }
  })
})
