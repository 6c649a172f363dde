import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shortNames } from '../../src/renderer/pages/compare/short-names'

describe('names of chips', () => {
  it('leave out a long common beginning, up to the end of a word', () => {
    expect(shortNames(['mnist cnn small 1cycle', 'mnist cnn small step'])).toEqual(['…1cycle', '…step'])
    expect(shortNames(['gen-one-cycle-0.15', 'gen-one-cycle-0.12'])).toEqual(['…15', '…12'])
  })
  it('stay whole where little is shared, where all are the same, and for one', () => {
    expect(shortNames(['cnn a', 'cnn b'])).toEqual(['cnn a', 'cnn b'])
    expect(shortNames(['the same long name', 'the same long name'])).toEqual(Array(2).fill('the same long name'))
    expect(shortNames(['only one long name'])).toEqual(['only one long name'])
    expect(shortNames([])).toEqual([])
  })
  it('never take the whole of a name', () => {
    expect(shortNames(['one-cycle-', 'one-cycle-0.3'])).toEqual(['one-cycle-', 'one-cycle-0.3'])
  })
  it('tell apart what was apart (1000 random lists)', () => {
    const names = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '-', ' '), maxLength: 24 }), { maxLength: 5 })
    fc.assert(
      fc.property(names, (list) => void expect(new Set(shortNames(list)).size).toBe(new Set(list).size)),
      { numRuns: 1000, seed: 6 },
    )
  })
})
