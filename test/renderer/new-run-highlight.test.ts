import { describe, expect, it } from 'vitest'
import { exportCode, CODE_FORMATS, CODE_LIBRARIES } from '../../src/core/domain/export/export-code'
import { FAMILIES } from '../../src/core/domain/schedules/registry'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { highlight } from '../../src/renderer/format/highlight'

const kinds = (code: string, language: 'python' | 'javascript' | 'json') =>
  highlight(code, language).map(({ kind, text }) => [kind, text])

describe('coloured code', () => {
  it('tells words, text, numbers and comments apart', () => {
    expect(kinds('for x in f1(1e-5, "a # b"):  # for 3', 'python')).toEqual([
      ['keyword', 'for'],
      ['plain', ' x '],
      ['keyword', 'in'],
      ['plain', ' f1('],
      ['number', '1e-5'],
      ['plain', ', '],
      ['string', '"a # b"'],
      ['plain', '):  '],
      ['comment', '# for 3'],
    ])
    expect(kinds('/** a */ const b = 0.5 // c', 'javascript').map(([kind]) => kind)).toEqual([
      ...['comment', 'plain', 'keyword', 'plain', 'number', 'plain', 'comment'],
    ])
  })
  it('knows a word only as the language writes it', () => {
    expect(kinds('true True', 'python')).toEqual([
      ['plain', 'true '],
      ['keyword', 'True'],
    ])
  })
  it.each(CODE_FORMATS)('is, joined, the code that is exported (%s, every family)', (format) => {
    for (const { defaults } of FAMILIES) {
      const spec = parseRunSpec({
        ...{ name: '"""', dataset: { kind: 'mnist' }, model: { preset: 'mlp' }, budget: { steps: 500 } },
        schedule: defaults(0.1, 500),
      })
      const { code } = exportCode({ spec, steps: 500, stepsPerEpoch: 938 }, format)
      const joined = highlight(code, CODE_LIBRARIES[format].language).map(({ text }) => text)
      expect(joined.join('')).toBe(code)
    }
  })
})
