import { describe, expect, it } from 'vitest'
import { isRegression, mapDataPaths } from '../../../src/core/domain/spec/datasets'
import { checkRunSpec } from '../../../src/core/domain/spec/run-spec'

const checked = (dataset: unknown, more: object = {}) =>
  checkRunSpec({
    dataset,
    model: { preset: 'mlp' },
    schedule: { kind: 'constant', lr: 0.1 },
    budget: { steps: 1 },
    batchSize: 1,
    ...more,
  })
const problem = (dataset: unknown) => {
  const check = checked(dataset)
  return check.ok ? null : check.problems[0]!.message
}

describe('paths in a dataset', () => {
  const at = (path: string) => `/data/${path}`
  it.each([
    [
      { kind: 'idx', images: 'i', labels: 'l' },
      { images: '/data/i', labels: '/data/l' },
    ],
    [
      { kind: 'csv', path: 'a.csv', target: 'y' },
      { path: '/data/a.csv', target: 'y' },
    ],
    [{ kind: 'image-folder', path: 'images' }, { path: '/data/images' }],
    [{ kind: 'fashion-mnist', folder: 'f' }, { folder: '/data/f' }],
    [{ kind: 'fashion-mnist' }, {}],
    [{ kind: 'mnist', path: 'x' }, { path: 'x' }],
    [{ kind: 'csv', path: '' }, { path: '' }],
    [{ kind: 'csv', path: 7 }, { path: 7 }],
    [{ kind: 'toString' }, {}],
  ])('of %j are changed, and nothing else', (dataset, changed) => {
    expect(mapDataPaths(dataset, at)).toEqual({ ...dataset, ...changed })
  })
  it.each([null, undefined, 'mnist', 3])('of %j are none', (dataset) => expect(mapDataPaths(dataset, at)).toBe(dataset))
})

describe('a dataset', () => {
  it.each([
    [{ kind: 'csv', path: 'a' }, 'dataset.target is missing'],
    [{ kind: 'csv', path: 'a', target: 'y', separator: 'x' }, 'dataset.separator must be one of'],
    [{ kind: 'csv', path: 'a', target: 'y', missing: 'men' }, 'must be one of error, drop, mean, got "men"'],
    [
      { kind: 'csv', path: 'a', target: 'y', validationShare: 1 },
      'dataset.validationShare must be above 0 and below 1',
    ],
    [{ kind: 'csv', path: 'a', target: 'y', features: [] }, 'dataset.features must name at least one column'],
    [{ kind: 'image-folder', path: 'a', size: 513 }, 'dataset.size must be a whole number from 1 to 512, got 513'],
    [{ kind: 'image-folder', path: '' }, 'dataset.path must be text of 1 to 4096 bytes'],
    [{ kind: 'mnist', augment: { shift: -1 } }, 'dataset.augment.shift must be a whole number from 0 to 64, got -1'],
    [{ kind: 'mnist', augment: { rotate: 3 } }, 'dataset.augment.rotate is not a known field'],
    [{ kind: 'spirals', augment: { flip: true } }, 'dataset.augment is not a known field'],
  ])('as %j is refused: field, value, what is allowed', (dataset, message) => {
    expect(problem(dataset)).toContain(message)
  })

  it('of a kind that cannot be made a text is left as it is where its paths are looked for', () => {
    const dataset = { kind: { toString: 1, valueOf: 1 }, path: 'a' }
    expect(mapDataPaths(dataset, () => 'b')).toEqual(dataset)
  })

  it('learns numbers where its kind or its task says so', () => {
    const regression = (dataset: object) => {
      const check = checked(dataset, { loss: 'mean-squared-error' })
      return check.ok && isRegression(check.spec.dataset)
    }
    expect(regression({ kind: 'teacher-student' })).toBe(true)
    expect(regression({ kind: 'csv', path: 'a', target: 'y', task: 'regression' })).toBe(true)
    expect(regression({ kind: 'csv', path: 'a', target: 'y' })).toBe(false)
    expect(regression({ kind: 'mnist' })).toBe(false)
  })
})
