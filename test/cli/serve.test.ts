import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { RunRow } from '../../src/core/domain/run'
import { anneal, jsonOf, LONG, startAnneal, temporaryFolder, TINY } from './anneal'

const folder = temporaryFolder()
afterAll(folder.remove)

const served = async (data: string, ...options: string[]) => {
  const server = startAnneal(['serve', '--data', data, ...options])
  const [, address] = await server.says('out', /^Anneal is at (http:\/\/127\.0\.0\.1:\d+)\/#token=[\w-]{43}\n$/)
  return { server, address: address! }
}

describe('anneal serve', () => {
  it('prints exactly one line, lets other commands in, and closes in order', async () => {
    const { server, address } = await served(folder.data)
    try {
      const here = ['--data', folder.data, '--json']
      const [row] = jsonOf<[RunRow]>(await anneal(['run', folder.write('a.json', TINY), ...here]))
      expect(row).toMatchObject({ status: 'finished', steps: 30 })
      expect(jsonOf<RunRow[]>(await anneal(['runs', ...here])).map(({ id }) => id)).toEqual([row.id])
      const { values } = jsonOf<{ values: number[] }>(await anneal(['series', row.id, 'train/loss', ...here]))
      expect(values).toHaveLength(30)
      const doctor = await anneal(['doctor', '--data', folder.data])
      expect(doctor.out).toContain(`held by the Anneal at ${address}, which answers`)
      const second = await anneal(['serve', '--data', folder.data])
      expect(second).toMatchObject({ code: 1, out: '', err: expect.stringContaining(address) })
      expect(jsonOf(await anneal(['delete', row.id, '--yes', ...here]))).toEqual({ deleted: [row.id] })
    } finally {
      server.child.kill('SIGTERM')
    }
    const { code, out } = await server.ended
    expect(code).toBe(0)
    expect(out.split('\n')).toHaveLength(2)
    expect(jsonOf(await anneal(['runs', '--data', folder.data, '--json']))).toEqual([])
  })
  it('trains as many runs at a time as it is told, and the doctor says how many it would by itself', async () => {
    const data = join(folder.path, 'parallel')
    const { server } = await served(data, '--parallel', '2')
    const run = startAnneal(['run', folder.write('three.json', LONG), '--seeds', '1,2,3', '--data', data])
    const statuses = async () =>
      jsonOf<RunRow[]>(await anneal(['runs', '--data', data, '--json'])).map(({ status }) => status)
    await expect.poll(statuses, { timeout: 30_000 }).toEqual(['queued', 'running', 'running'])
    expect((await anneal(['doctor', '--data', data])).out).toMatch(/ok +training +\d+ runs? at a time/)
    server.child.kill('SIGTERM')
    expect((await server.ended).code).toBe(0)
    run.child.kill('SIGKILL')
    expect((await statuses()).sort()).toEqual(['interrupted', 'stopped', 'stopped'])
  })
  it('stops and keeps what trains when it is closed', async () => {
    const data = join(folder.path, 'closing')
    const { server } = await served(data)
    const run = startAnneal(['run', folder.write('long.json', LONG), '--data', data])
    await run.says('err', /%.*steps\/s/)
    server.child.kill('SIGTERM')
    expect((await server.ended).code).toBe(0)
    run.child.kill('SIGKILL')
    const [row] = jsonOf<[RunRow]>(await anneal(['runs', '--data', data, '--json']))
    expect(row.status).toBe('stopped')
    expect(row.metrics['train/loss']!.count).toBe(row.steps)
  })
})

describe('Ctrl-C', () => {
  it('stops a run between two updates, keeps everything, says so and exits 130', async () => {
    const data = join(folder.path, 'stopped')
    const run = startAnneal(['run', folder.write('c.json', LONG), '--seeds', '1,2', '--data', data, '--json'])
    await run.says('err', /%.*steps\/s/)
    run.child.kill('SIGINT')
    const { code, out, err } = await run.ended
    expect(code).toBe(130)
    expect(err).toContain('Stopping between two updates; all that is recorded is kept.')
    const rows = JSON.parse(out) as RunRow[]
    expect(rows.map(({ status }) => status)).toEqual(['stopped', 'stopped'])
    expect(rows[0]!.steps).toBeGreaterThan(0)
    const { steps } = jsonOf<{ steps: number[] }>(
      await anneal(['series', rows[0]!.id, 'train/loss', '--data', data, '--json']),
    )
    expect(steps).toHaveLength(rows[0]!.steps)
  })
  it('twice ends at once; the run is interrupted with every stored step', async () => {
    const data = join(folder.path, 'killed')
    const run = startAnneal(['run', folder.write('d.json', LONG), '--data', data])
    await run.says('err', /%.*steps\/s/)
    run.child.kill('SIGINT')
    run.child.kill('SIGTERM')
    expect((await run.ended).code).toBe(130)
    const [row] = jsonOf<[RunRow]>(await anneal(['runs', '--data', data, '--json']))
    expect(['interrupted', 'stopped']).toContain(row.status)
    expect(row.metrics['train/loss']!.count).toBe(row.steps)
  })
})
