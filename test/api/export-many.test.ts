import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runTable } from '../../src/core/domain/export/data/run-table'
import { tableCsv } from '../../src/core/domain/export/data/csv'
import { storeRun } from '../renderer/generated-runs'
import type { Core } from '../../src/core/create-core'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import type { Transport } from '../../src/core/api/transport'
import { temporaryCore } from './cores'

/** More runs than were ever let through at once; the same ones again and again, as a selection may hold any. */
const MANY = 60_000
const FIELDS = [
  'id',
  'name',
  'peakLr',
  'seed',
  'schedule.kind',
  'train/loss.last',
  'validation/accuracy.best',
  'divergedAt',
]

describe('a table of very many runs', () => {
  let core: Core
  let transport: Transport
  const ids = ['run00001', 'run00002', 'run00003']
  const runs = Array.from({ length: MANY }, (_, i) => ids[i % 3]!)
  beforeAll(async () => {
    core = await temporaryCore()
    transport = createInProcessTransport(core.api)
    ids.forEach((id, i) =>
      storeRun(core.storage, {
        id,
        name: `=run, "${i}"`,
        schedule: { kind: 'constant', lr: 0.1 * (i + 1) },
        status: i === 2 ? 'diverged' : 'finished',
        budget: 70,
        ...(i === 2 && { divergedAt: 60 }),
      }),
    )
  })
  afterAll(() => core.close())

  it('is the whole of it as CSV, row by row', async () => {
    const { bytes } = await transport.call('export.table', { runs, fields: FIELDS, format: 'csv' })
    const text = new TextDecoder().decode(bytes)
    const rows = ids.map((id) => core.storage.runs.get(id))
    const three = tableCsv(runTable(rows, FIELDS)).split('\n').slice(1, 4)
    const lines = text.split('\n')
    expect(lines[0]).toBe(FIELDS.join(','))
    expect(lines.slice(1, -1).every((line, i) => line === three[i % 3])).toBe(true)
    expect(lines).toHaveLength(MANY + 2)
  })

  it('is the whole of it as Parquet, in groups of rows of one schema', async () => {
    const { bytes } = await transport.call('export.table', { runs, fields: FIELDS, format: 'parquet' })
    const file = bytes.slice().buffer as ArrayBuffer
    expect(parquetMetadata(file).row_groups.length).toBeGreaterThan(1)
    const read = await parquetReadObjects({ file })
    expect(read).toHaveLength(MANY)
    const wanted = ids.map((id) => core.storage.runs.get(id))
    for (const at of [0, 19_999, 20_000, 20_001, MANY - 1]) {
      const row = wanted[at % 3]!
      expect(read[at]).toMatchObject({ id: row.id, name: row.name, peakLr: row.peakLr, seed: BigInt(row.spec.seed) })
      expect(read[at]!.divergedAt).toBe(row.divergedAt === null ? null : BigInt(row.divergedAt))
    }
  })

  it.each(['csv', 'parquet', 'markdown'] as const)(
    'as %s lets others have their turn while it is written',
    async (format) => {
      let isWritten = false
      const written = transport.call('export.table', { runs, fields: FIELDS, format }).then(() => (isWritten = true))
      let answered = 0
      while (!isWritten) {
        await transport.call('runs.get', { run: ids[0]! })
        await new Promise((resolve) => setImmediate(resolve))
        if (!isWritten) answered++
      }
      await written
      expect(answered).toBeGreaterThan(3)
    },
  )

  it('is refused above its limit, in words', async () => {
    const most = Array.from({ length: 100_001 }, () => ids[0]!)
    await expect(transport.call('export.table', { runs: most, format: 'csv' })).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringContaining('at most 100000 runs'),
    })
  })
})
