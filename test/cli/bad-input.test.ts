import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import { anneal, jsonOf, LONG, startAnneal, temporaryFolder, TINY } from './anneal'

const folder = temporaryFolder()
afterAll(folder.remove)

/** Runs a spec that must be refused, and checks that no workspace came to be. */
async function refusal(spec: unknown, ...args: string[]) {
  const file = folder.write('spec.json', spec)
  const { code, out, err } = await anneal(['run', file, '--data', folder.data, '--json', ...args])
  expect({ code, out, made: existsSync(folder.data) }).toEqual({ code: 2, out: '', made: false })
  return err
}
const without = (field: keyof typeof TINY) =>
  Object.fromEntries(Object.entries(TINY).filter(([name]) => name !== field))

describe('a wrong spec exits 2, names field, value and what is allowed, and leaves no trace', () => {
  it.each([
    ['no schedule', without('schedule'), /schedule is missing/],
    ['a text', '"cnn"', /spec must be an object, got "cnn"/],
    [
      'an unknown field',
      { ...TINY, batchsize: 8 },
      /batchsize is not a known field \(did you mean batchSize\?\); known here: name, group/,
    ],
    [
      'an unknown field inside',
      { ...TINY, schedule: { kind: 'one-cycle', maxlr: 1 } },
      /schedule\.maxlr is not a known field \(did you mean maxLr\?\)/,
    ],
    [
      'an unknown kind',
      { ...TINY, schedule: { kind: 'one-cicle', maxLr: 1 } },
      /schedule\.kind must be one of .*got "one-cicle" \(did you mean one-cycle\?\)/,
    ],
    [
      'rate 0',
      { ...TINY, schedule: { kind: 'constant', lr: 0 } },
      /schedule\.lr must be above 0 and at most 10000, got 0/,
    ],
    [
      'a negative rate',
      { ...TINY, schedule: { kind: 'one-cycle', maxLr: -0.1 } },
      /schedule\.maxLr must be above 0 and at most 10000, got -0\.1/,
    ],
    [
      'a rate above 1e4',
      { ...TINY, schedule: { kind: 'constant', lr: 10001 } },
      /schedule\.lr must be above 0 and at most 10000, got 10001/,
    ],
    [
      'zero steps',
      { ...TINY, budget: { steps: 0 } },
      /budget\.steps must be a whole number from 1 to 100000000, got 0/,
    ],
    [
      'batches larger than the data',
      { ...TINY, batchSize: 301 },
      /batchSize must not be above the 300 training samples, got 301/,
    ],
  ])('%s', async (_, spec, message) => {
    const err = await refusal(spec)
    expect(err).toMatch(message)
    expect(err).toMatch(/^Error: .* {2}\(.*spec\.json\)$/m)
  })
  it('names all that is wrong, not only the first', async () => {
    const err = await refusal({ ...TINY, budget: { steps: 0 }, seed: -1 })
    expect(err).toMatch(/budget\.steps must be/)
    expect(err).toMatch(/seed must be a whole number from 0 to 4294967295, got -1/)
  })
  it('gives line and column of broken JSON', async () => {
    expect(await refusal('{\n  "name": "x",\n}')).toMatch(
      /spec\.json is not JSON: line 3, column 1: expected a field name in double quotes, got "}"/,
    )
  })
  it.each([
    [['--set', 'schedule.maxLr=ten'], /schedule\.maxLr must be above 0 and at most 10000, got "ten"/],
    [['--set', 'optimizer.momentun=0.5'], /optimizer\.momentun is not a known field \(did you mean momentum\?\)/],
    [['--set', 'schedule'], /--set must be PATH=VALUE, got "schedule"/],
    [['--seeds', '1,x'], /--seeds must be a whole number from 0 to 4294967295, got "x"/],
    [['--sed', '1'], /--sed is not an option of run \(did you mean --(set|seeds)\?\)/],
  ])('%j', async (args, message) => {
    expect(await refusal(TINY, ...args)).toMatch(message)
  })
  it.each([
    [['run', 'nowhere.json'], /nowhere\.json cannot be read: there is no such file/],
    [['run', '.'], /\. cannot be read: it is a folder/],
    [['rum'], /rum is not a command \(did you mean run/],
    [['schedule', '{"kind":"constant","lr":-1}', '--steps', '5'], /lr must be above 0 and at most 10000, got -1/],
    [
      ['schedule', '{"kind":"constant","lr":1}', '--steps', '0'],
      /--steps must be a whole number from 1 to 10000000, got "0"/,
    ],
    [['schedule', '{"kind":"constant","lr":1}'], /schedule needs --steps N/],
    [['serve', '--parallel', '0'], /--parallel must be a whole number from 1 to 64, got "0"/],
    [['quickstart', '--parallel', 'many'], /--parallel must be a whole number from 1 to 64, got "many"/],
    [['serve', '--port', '70000'], /--port must be a whole number from 0 to 65535, got "70000"/],
    [['quickstart', '--steps', '2'], /--steps must be a whole number from 3 to 100000, got "2"/],
    [
      ['export', 'x', '--format', 'torch'],
      /--format must be one of recipe, yaml, pytorch, keras, fastai, tfjs, csv, parquet, bundle, got "torch" \(did you mean pytorch\?\)/,
    ],
  ])('%j', async (args, message) => {
    const { code, out, err } = await anneal([...args, '--data', folder.data], { cwd: folder.path })
    expect({ code, out, made: existsSync(folder.data) }).toEqual({ code: 2, out: '', made: false })
    expect(err).toMatch(message)
  })
})

/** An IDX file: type byte, dimensions, then the data, of which `cut` bytes are missing. */
function idx(dimensions: number[], cut = 0): Uint8Array {
  const size = dimensions.reduce((a, b) => a * b, 1)
  const bytes = new Uint8Array(4 + 4 * dimensions.length + size)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0x0800 + dimensions.length)
  dimensions.forEach((n, i) => view.setUint32(4 + 4 * i, n))
  return bytes.subarray(0, bytes.length - cut)
}

describe('a dataset', () => {
  const spec = { ...TINY, dataset: { kind: 'idx', images: 'images.idx', labels: 'labels.idx', validation: 10 } }
  it('that is missing is named with its path, and nothing is written', async () => {
    const err = await refusal(spec)
    expect(err).toContain(join(folder.path, 'images.idx'))
  })
  it('that is cut short is named with expected and actual size, and nothing is written', async () => {
    folder.write('images.idx', idx([100, 4, 4], 7))
    folder.write('labels.idx', idx([100]))
    const err = await refusal(spec)
    expect(err).toContain('images.idx')
    expect(err).toMatch(/1616|1600/)
    expect(err).toMatch(/1609|1593/)
  })
})

const spec = () => folder.write('good.json', TINY)

describe('a data folder', () => {
  it('that cannot be made says so', async () => {
    const { code, err } = await anneal(['run', spec(), '--data', '/sys/anneal'])
    expect(code).toBe(1)
    expect(err).toMatch(/^Error: .*\/sys\/anneal.*/)
  })
  it('that is a file says so and leaves the file alone', async () => {
    const file = folder.write('a-file', 'precious')
    const { code, err } = await anneal(['run', spec(), '--data', file])
    expect(code).toBeGreaterThan(0)
    expect(err).toContain(file)
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })
  const mountable = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0
  it.skipIf(!mountable)(
    'that is full lets the run wait, says so, and lets it go on when there is room (needs root to mount a small disk)',
    async () => {
      const disk = join(folder.path, 'disk')
      mkdirSync(disk)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk])
      try {
        const { child, says, ended } = startAnneal(['run', folder.write('long.json', LONG), '--data', disk])
        await says('err', /waits: .*full/)
        execFileSync('mount', ['-o', 'remount,size=64m', disk])
        await says('err', /goes on: /)
        child.kill('SIGINT')
        const { code, err } = await ended
        expect(code).toBe(130)
        expect(err).not.toMatch(/at .*\.js:\d+/)
        const runs = jsonOf<{ status: string; steps: number }[]>(await anneal(['runs', '--data', disk, '--json']))
        expect(runs).toMatchObject([{ status: 'stopped' }])
        expect(runs[0]!.steps).toBeGreaterThan(0)
      } finally {
        execFileSync('umount', [disk])
      }
    },
  )
})

describe('a database', () => {
  const workspace = async (name: string) => {
    const data = join(folder.path, name)
    const { code, err } = await anneal(['run', spec(), '--set', 'budget.steps=1', '--data', data])
    expect(err).toMatch(/finished/)
    expect(code).toBe(0)
    return { data, file: join(data, 'anneal.db') }
  }
  it('newer than the program is refused with both versions, byte for byte untouched', async () => {
    const { data, file } = await workspace('newer')
    const db = new Database(file)
    db.pragma('journal_mode = DELETE')
    db.pragma('user_version = 99990')
    db.close()
    const before = readFileSync(file)
    for (const args of [['runs'], ['run', spec()], ['doctor']]) {
      const { code, out, err } = await anneal([...args, '--data', data])
      expect(code).toBe(1)
      expect(out + err).toMatch(/newer/)
      expect(out + err).toContain('99990')
    }
    expect(readFileSync(file).equals(before)).toBe(true)
  })
  it('that is no SQLite file is refused and left alone', async () => {
    const data = join(folder.path, 'text')
    mkdirSync(data)
    const file = join(data, 'anneal.db')
    writeFileSync(file, 'This is a letter, not a database. '.repeat(100))
    const before = readFileSync(file)
    for (const args of [['runs'], ['run', spec()]]) {
      const { code, out, err } = await anneal([...args, '--data', data])
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toContain(file)
    }
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(readdirSync(data)).toEqual(['anneal.db'])
  })
  it('of another program is refused and left alone', async () => {
    const data = join(folder.path, 'foreign')
    mkdirSync(data)
    const db = new Database(join(data, 'anneal.db'))
    db.exec('CREATE TABLE bookmarks (url TEXT)')
    db.close()
    const before = readFileSync(join(data, 'anneal.db'))
    const { code, err } = await anneal(['runs', '--data', data])
    expect(code).toBe(1)
    expect(err).toMatch(/^Error: /)
    expect(readFileSync(join(data, 'anneal.db')).equals(before)).toBe(true)
  })
})

describe('what is taken', () => {
  it('a port: says which and what to do, and leaves the workspace free', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    try {
      const data = join(folder.path, 'served')
      const { code, out, err } = await anneal(['serve', '--port', String(port), '--data', data])
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(new RegExp(`^Error: .*${port}`))
      expect(err).toMatch(/--port|another port/)
      expect((await anneal(['runs', '--data', data])).code).toBe(0)
    } finally {
      server.close()
    }
  })
  it('a workspace by another process: says by which, and disturbs nothing', async () => {
    const data = join(folder.path, 'held')
    const first = startAnneal(['run', folder.write('held.json', LONG), '--data', data])
    await first.says('err', /%.*steps\/s/)
    const { code, out, err } = await anneal(['run', spec(), '--data', data])
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(String(first.child.pid))
    first.child.kill('SIGINT')
    expect(await first.ended).toMatchObject({ code: 130, err: expect.stringContaining('long') })
  })
})
