import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkCsv, loadCsv } from '../../src/core/engine/datasets/csv/load-csv'
import { findSeparator, parseRows } from '../../src/core/engine/datasets/csv/parse-rows'
import { moments, rowsOf, specOf, whole } from './dataset-specs'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'anneal-csv-'))))
afterAll(() => rm(folder, { recursive: true }))

let files = 0
async function write(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${files++}.csv`)
  await writeFile(path, content)
  return path
}
const specFor = (path: string, more: object) => specOf({ kind: 'csv', path, target: 'y', standardize: false, ...more })
const load = async (content: string | Uint8Array, more: object = {}) => loadCsv(specFor(await write(content), more))

/** Features and class of every row, in whatever part and order. */
async function table(content: string, more: object = {}) {
  const dataset = await load(content, more)
  const rows = (['train', 'validation'] as const).flatMap((part) => {
    const { labels, targets } = whole(dataset, part)
    return rowsOf(dataset, part).map((inputs, n) => [...inputs, targets ? targets[n]! : labels[n]!])
  })
  return { dataset, rows: rows.sort((a, b) => a[0]! - b[0]!) }
}

describe('rows of separated values', () => {
  const cells = (text: string, separator = ',') => [...parseRows(text, separator)].map(({ cells }) => cells)

  it.each([
    [
      'plain',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'without a last line end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with CR',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with blank lines',
      'a,b\n\n  \n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with empty cells',
      'a,,\n,,\n',
      [
        ['a', '', ''],
        ['', '', ''],
      ],
    ],
    [
      'in quotes',
      '"a,1","b ""c"""\r\n"d\ne",f',
      [
        ['a,1', 'b "c"'],
        ['d\ne', 'f'],
      ],
    ],
    ['with a quote inside of a cell', 'a"b,c', [['a"b', 'c']]],
    ['with an empty quoted cell', '"",x', [['', 'x']]],
    [
      'with other scripts',
      'ключ,値\nß,😀',
      [
        ['ключ', '値'],
        ['ß', '😀'],
      ],
    ],
    ['that are none', '', []],
  ])('%s', (_, text, rows) => expect(cells(text)).toEqual(rows))

  it('say the line that they begin at, also after a quoted one of several lines', () => {
    expect([...parseRows('"a\r\nb",1\n\nc,2', ',')].map(({ line }) => line)).toEqual([1, 4])
  })

  it.each([
    ['a quote that is never closed', 'a,b\n"c,d\ne,f', /opens a quote that is never closed/, 2],
    ['text after a closing quote', 'a\n"b"c', /text after a closing quote: "c"/, 2],
    ['a huge line', `a\n${'x'.repeat(100_001)}`, /a cell of more than 100000 characters/, 2],
    ['a huge quoted cell', `"${'x'.repeat(100_001)}"`, /is its quote closed/, 1],
    ['more columns than any table has', ','.repeat(10_000), /more than 10000 columns/, 1],
  ])('are refused with %s', (_, text, message, line) => {
    expect(() => cells(text)).toThrow(expect.objectContaining({ message: expect.stringMatching(message), line }))
  })

  it.each([
    ['a,b;c,d', ','],
    ['a;b;"c,d,e,f"', ';'],
    ['a\tb', '\t'],
    ['a|b|c', '|'],
    ['a', ','],
  ])('of %j are separated by %j', (text, separator) => expect(findSeparator(text)).toBe(separator))
})

const numbers = (rows: number) =>
  `a,b,y\n${Array.from({ length: rows }, (_, i) => `${i},${i * 10},${i % 2 ? 'odd' : 'even'}`).join('\n')}\n`

describe('a table', () => {
  it('holds out a share of its rows by the seed, each row once', async () => {
    const { dataset, rows } = await table(numbers(50), { validationShare: 0.3 })
    expect(dataset.summary).toMatchObject({ kind: 'csv', train: 35, validation: 15, shape: [2], classes: 2 })
    expect(dataset.summary.classNames).toEqual(['even', 'odd'])
    expect(dataset.summary.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(rows).toEqual(Array.from({ length: 50 }, (_, i) => [i, i * 10, i % 2]))
    const again = await load(numbers(50), { validationShare: 0.3 })
    expect(rowsOf(again, 'validation')).toEqual(rowsOf(dataset, 'validation'))
    const other = await load(numbers(50), { validationShare: 0.3, seed: 1 })
    expect(rowsOf(other, 'validation')).not.toEqual(rowsOf(dataset, 'validation'))
  })

  it('keeps at least one row in each part, whatever the share', async () => {
    for (const validationShare of [0.001, 0.999]) {
      const { train, validation } = (await load(numbers(3), { validationShare })).summary
      expect(train + validation).toBe(3)
      expect(Math.min(train, validation)).toBeGreaterThanOrEqual(1)
    }
  })

  it('is standardised column by column with the training rows, categories left 0 and 1', async () => {
    const content = `a,c,y\n${Array.from({ length: 40 }, (_, i) => `${1e6 + i},${i % 3 ? 'red' : 'blue'},${i % 2}`).join('\n')}`
    const rows = rowsOf(await load(content, { standardize: true }), 'train')
    const { mean, std } = moments(rows.map(([a]) => a!))
    expect(mean).toBeCloseTo(0, 4)
    expect(std).toBeCloseTo(1, 2)
    for (const [, blue, red] of rows) expect([blue, red].sort()).toEqual([0, 1])
  })

  it('takes the columns it is told to, numbers as categories where told', async () => {
    const content = 'id,floor,price,y\n1,0,5,a\n2,1,6,b\n3,2,7,a\n'
    const { dataset, rows } = await table(content, { features: ['price', 'floor'], categorical: ['floor'] })
    expect(dataset.summary.shape).toEqual([4])
    expect(rows).toEqual([
      [5, 1, 0, 0, 0],
      [6, 0, 1, 0, 1],
      [7, 0, 0, 1, 0],
    ])
  })

  it('has classes in the order of their numbers or texts', async () => {
    const order = async (labels: string[]) =>
      (await load(`a,y\n${labels.map((label, i) => `${i},${label}`).join('\n')}`)).summary.classNames
    expect(await order(['10', '9', '100'])).toEqual(['9', '10', '100'])
    expect(await order(['ж', 'b', '犬', 'a'])).toEqual(['a', 'b', 'ж', '犬'])
  })

  it.each([
    ['a byte order mark, CRLF and semicolons', '\ufeffa;y\r\n1,;x\r\n'.replace('1,', '1') + '2;z\r\n', {}],
    ['a header in quotes', '"a","y"\n1,x\n2,z\n', {}],
    ['spaces around cells', ' a , y \n 1 , x \n 2 , z \n', {}],
    ['no header', '1,x\n2,z\n', { header: false, target: '2' }],
    ['tabs', 'a\ty\n1\tx\n2\tz\n', {}],
    ['a given separator', 'a|y\n1|x\n2|z\n', { separator: '|' }],
    ['numbers in other forms', 'a,y\n+1.,x\n.2e1,z\n', {}],
  ])('is the same with %s', async (_, content, more) => {
    const { rows, dataset } = await table(content, more)
    expect(rows).toEqual([
      [1, 0],
      [2, 1],
    ])
    expect(dataset.summary.classNames).toEqual(['x', 'z'])
  })

  it('of a regression has targets that are standardised by the training rows, or left', async () => {
    const content = `a,y\n${Array.from({ length: 30 }, (_, i) => `${i},${1000 + 3 * i}`).join('\n')}`
    const dataset = await load(content, { task: 'regression' })
    const { targets } = whole(dataset, 'train')
    expect(moments(targets!).mean).toBeCloseTo(0, 5)
    expect(moments(targets!).std).toBeCloseTo(1, 5)
    const [{ name, mean, std }] = dataset.summary.targets as [{ name: string; mean: number; std: number }]
    expect(name).toBe('y')
    expect(dataset.summary.classes).toBe(0)
    const features = rowsOf(dataset, 'train')
    targets!.forEach((target, n) => expect(target * std + mean).toBeCloseTo(1000 + 3 * features[n]![0]!, 2))
    const { rows } = await table(content, { task: 'regression', standardizeTarget: false })
    expect(rows).toEqual(Array.from({ length: 30 }, (_, i) => [i, 1000 + 3 * i]))
  })
})

describe('empty cells', () => {
  const content = 'a,c,y\n1,red,0\n,blue,1\n3,,0\n4,red,1\nNA,red,0\n'

  it('stop by default, at the first, with row, line and column', async () => {
    await expect(load(content)).rejects.toMatchObject({
      code: 'dataset.invalid',
      message: expect.stringMatching(
        /row 2 \(line 3\), column a: the cell is empty; fill it in, or set dataset.missing/,
      ),
      details: { row: 2, line: 3, column: 'a' },
    })
  })
  it('are left out with their rows where asked', async () => {
    const { dataset, rows } = await table(content, { missing: 'drop' })
    expect(rows).toHaveLength(2)
    expect(rows.map(([a]) => a)).toEqual([1, 4])
    expect(dataset.summary.notes).toContain('3 rows with empty cells were left out')
  })
  it('become the mean of the training rows, and of categories one of their own, where asked', async () => {
    const dataset = await load(content, { missing: 'mean' })
    expect(dataset.summary.shape).toEqual([4])
    const rows = (['train', 'validation'] as const).flatMap((part) => rowsOf(dataset, part))
    const known = rowsOf(dataset, 'train')
      .map(([a]) => a!)
      .filter(Number.isInteger)
    for (const [a] of rows) if (!Number.isInteger(a)) expect(a).toBeCloseTo(moments(known).mean, 5)
    expect(rows.filter(([, , , empty]) => empty === 1)).toHaveLength(1)
    for (const [, blue, red, empty] of rows) expect(blue! + red! + empty!).toBe(1)
    expect(dataset.summary.notes).toContain('3 empty cells were filled in')
  })
  it('of the target are never filled in', async () => {
    await expect(load('a,y\n1,0\n2,\n3,1', { missing: 'mean' })).rejects.toMatchObject({
      message: expect.stringMatching(/row 2 \(line 3\), column y: the cell is empty; .*"drop"/),
    })
  })
})

describe('a table is refused where', () => {
  it.each([
    ['it is empty', '', {}, 'dataset.invalid', /is empty/],
    ['it is a byte order mark', '\ufeff', {}, 'dataset.invalid', /is empty/],
    ['it has a header only', 'a,y\n', {}, 'dataset.invalid', /has no rows/],
    ['it has one row', 'a,y\n1,0\n', {}, 'dataset.invalid', /one row only/],
    ['it has one column', 'y\n1\n2\n', {}, 'dataset.invalid', /no column beside the target/],
    ['it has one class', 'a,y\n1,x\n2,x\n', {}, 'dataset.invalid', /one class only: x/],
    ['a row is short', 'a,b,y\n1,2,0\n1,0\n', {}, 'dataset.invalid', /line 3 has 2 columns, but the first line has 3/],
    ['a row is long', 'a,y\n1,0\n1,2,0\n', {}, 'dataset.invalid', /line 3 has 3 columns/],
    ['the separator is another', 'a;b;y\n1;2;0\n', { separator: ',' }, 'spec.invalid', /has no column y/],
    ['a quote stays open', 'a,y\n1,"x\n2,z\n', {}, 'dataset.invalid', /line 2 opens a quote/],
    [
      'a number is broken',
      'a,y\n1,0\n2x,1\n3,0\n',
      {},
      'dataset.invalid',
      /row 2 \(line 3\), column a: "2x" is not a number/,
    ],
    ['a number is infinite', 'a,y\n1,0\n1e999,1\n3,0\n', {}, 'dataset.invalid', /"1e999" is not a number/],
    [
      'numbers have a decimal comma',
      'a;y\n1,5;0\n2,5;1\n',
      {},
      'dataset.invalid',
      /column a: a number with a decimal comma/,
    ],
    [
      'the target is text in a regression',
      'a,y\n1,2\n2,x\n',
      { task: 'regression' },
      'dataset.invalid',
      /column y: "x" is not a number; .*classification/,
    ],
    ['a column is empty', 'a,b,y\n1,,0\n2,,1\n', {}, 'dataset.invalid', /the column b holds nothing/],
    ['a name is missing', 'a,,y\n1,2,0\n', {}, 'dataset.invalid', /column 2 has no name/],
    ['a name comes twice', 'a,a,y\n1,2,0\n', {}, 'dataset.invalid', /two columns are called a/],
    [
      'the target is not there',
      'a,label\n1,0\n',
      { target: 'lable' },
      'spec.invalid',
      /no column lable \(did you mean label\?\)/,
    ],
    [
      'a feature is not there',
      'a,y\n1,0\n2,1\n',
      { features: ['b'] },
      'spec.invalid',
      /dataset.features.0: .* has no column b/,
    ],
    [
      'the target is a feature',
      'a,y\n1,0\n2,1\n',
      { features: ['a', 'y'] },
      'spec.invalid',
      /must not name the target/,
    ],
    ['every row is left out', 'a,b,y\n1,,0\n,2,1\n', { missing: 'drop' }, 'dataset.invalid', /keeps 0 rows of 2/],
  ] as const)('%s', async (_, content, more, code, message) => {
    await expect(load(content, more)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('it has more texts than categories may have, or more classes', async () => {
    const rows = (n: number, row: (i: number) => string) => Array.from({ length: n }, (_, i) => row(i)).join('\n')
    await expect(load(`name,y\n${rows(300, (i) => `n${i},${i % 2}`)}`)).rejects.toMatchObject({
      message: expect.stringMatching(/column name has 300 different texts, .* dataset.features/),
    })
    await expect(load(`a,y\n${rows(1200, (i) => `${i},${i / 7}`)}`)).rejects.toMatchObject({
      message: expect.stringMatching(/more than 1000 classes; set dataset.task to "regression"/),
    })
  })

  it.each([
    ['UTF-16', Buffer.from('\ufeffa,y\n1,0\n', 'utf16le'), /text in UTF-16; save it as UTF-8/],
    ['Latin-1', Buffer.from('a,y\n1,gr\xfcn\n', 'latin1'), /is not text in UTF-8/],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]), /is not text in UTF-8/],
  ])('it is %s', async (_, content, message) => {
    await expect(load(content)).rejects.toMatchObject({
      code: 'dataset.invalid',
      message: expect.stringMatching(message),
    })
  })

  it('there is no such file, or it is a folder, or larger than text may be', async () => {
    await expect(loadCsv(specFor(join(folder, 'none.csv'), {}))).rejects.toMatchObject({ code: 'dataset.missing' })
    await expect(loadCsv(specFor(folder, {}))).rejects.toMatchObject({
      message: expect.stringMatching(/is not a file|cannot be read/),
    })
    const large = await write('')
    // A hole: nothing is written.
    await truncate(large, 401 * 2 ** 20)
    await expect(loadCsv(specFor(large, {}))).rejects.toMatchObject({
      message: expect.stringMatching(/has 420478976 bytes/),
    })
  })
})

describe('a check before a run', () => {
  it('says what a model must take and give', async () => {
    const path = await write('a,c,y\n1,red,0\n2,blue,1\n3,red,2\n')
    expect(await checkCsv(specFor(path, {}))).toEqual({ shape: [3], outputs: 3 })
    const numbersPath = await write('a,y\n1,2\n3,4\n')
    expect(await checkCsv(specFor(numbersPath, { task: 'regression' }))).toEqual({ shape: [1], outputs: 1 })
    await expect(checkCsv(specFor(await write('a,y\n1,\n2,1\n'), {}))).rejects.toMatchObject({
      code: 'dataset.invalid',
    })
  })

  it('looks at the beginning of a large table only, cut at a whole line, and finds what is wrong there', async () => {
    const row = `${'1'.repeat(999)},0\n`
    const large = `a,y\n${row.repeat(9000)}`
    expect(await checkCsv(specFor(await write(large), {}))).toBeNull()
    await expect(checkCsv(specFor(await write(large), { target: 'z' }))).rejects.toMatchObject({ code: 'spec.invalid' })
    await expect(checkCsv(specFor(await write(large.replace(row, '1\n')), {}))).rejects.toMatchObject({
      message: expect.stringMatching(/line 2 has 1 columns/),
    })
  })
})
