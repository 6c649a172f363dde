import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparisonText } from '../../src/cli/comparison-text'
import { renderTable } from '../../src/cli/table'
import { fit, printable, textWidth } from '../../src/cli/text'

const lines = (text: string) => text.trimEnd().split('\n')

describe('terminal text', () => {
  it('counts columns, not code units', () => {
    expect(textWidth('abc')).toBe(3)
    expect(textWidth('日本')).toBe(4)
    expect(textWidth('é')).toBe(1)
    expect(textWidth('👩‍🔬')).toBe(2)
    expect(textWidth('4\u2009690')).toBe(5)
  })
  it('never cuts wider than asked, whatever the text (1000 random texts)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => textWidth(fit(text, width)) <= width),
      { numRuns: 1000, seed: 1 },
    )
  })
  it('cannot drive the terminal', () => {
    expect(printable('a\x1b[2Jb\u202Ec\n')).toBe('a�[2Jb�c�')
  })
})

describe('a table', () => {
  const columns = [
    { head: 'id' },
    { head: 'name', least: 6 },
    { head: 'loss', align: 'right' as const },
    { head: 'note', drop: 1 },
  ]
  const rows = [
    ['k3v9', 'a rather long name for a run', '0.1234', 'one'],
    ['p0dz', '日本語', '12.0000', 'two'],
  ]
  it('aligns words left and numbers right', () => {
    expect(lines(renderTable(columns, rows, Infinity))).toEqual([
      'id    name                             loss  note',
      'k3v9  a rather long name for a run   0.1234  one',
      'p0dz  日本語                        12.0000  two',
    ])
  })
  it('cuts what may be cut, then drops what may be dropped', () => {
    expect(lines(renderTable(columns, rows, 30))[1]).toBe('k3v9  a rather…   0.1234  one')
    expect(lines(renderTable(columns, rows, 22))[1]).toBe('k3v9  a rath…   0.1234')
  })
  it('shows a line break in a name as one character', () => {
    expect(lines(renderTable([{ head: 'x' }], [['a\nb']], 80))).toEqual(['x', 'a�b'])
  })
})

describe('the comparison', () => {
  const run = (id: string) => ({ id, name: `run ${id}`, status: 'finished' as const, divergedAt: null })
  const comparison = {
    runs: [run('aaaa'), { ...run('bbbb'), status: 'diverged' as const, divergedAt: 137 }, run('cccc')],
    parameters: [
      { path: 'schedule.kind', values: ['one-cycle', 'step', 'constant'], differs: true },
      { path: 'optimizer.momentum', values: [0.9, 0.9, 0.9], differs: false },
    ],
    results: [{ path: 'train/loss', values: [0.123456, NaN, null], differs: true }],
  }
  it('shows only what differs, then results, with the step of a divergence', () => {
    expect(lines(comparisonText(comparison, Infinity))).toEqual([
      'setting         run aaaa  run bbbb  run cccc',
      'schedule.kind  one-cycle      step  constant',
      '(1 setting is the same)',
      '',
      'result      run aaaa         run bbbb  run cccc',
      'id              aaaa             bbbb      cccc',
      'status      finished  diverged at 137  finished',
      'train/loss    0.1235              NaN         –',
    ])
  })
  it('goes on in a second block where the terminal is too narrow, and never over its edge', () => {
    const text = comparisonText(comparison, 40)
    expect(Math.max(...lines(text).map(textWidth))).toBeLessThanOrEqual(40)
    for (const { name } of comparison.runs) expect(text).toContain(name)
  })
})
