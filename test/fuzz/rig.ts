import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Transport } from '../../src/core/api/transport'
import { createHttpTransport } from '../../src/core/api/transports/http'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import { createPortTransport, servePort } from '../../src/core/api/transports/port'
import { encode } from '../../src/core/api/codec'
import { createApi } from '../../src/core/api/create-api'
import { createBundles } from '../../src/core/bundle/bundles'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { checkTrainable } from '../../src/core/engine/check-trainable'
import { grantedFiles, noGrants } from '../../src/core/files/grants'
import { createJobs } from '../../src/core/jobs/queue'
import { openWorkspace } from '../../src/core/storage/open'
import type { Storage } from '../../src/core/storage/types'
import { serve } from '../../src/server/http'
import { SPEC, TOKEN } from '../api/cores'
import { idleTrainer } from '../api/idle-trainer'

export const TRANSPORTS = ['in process', 'HTTP', 'message port'] as const
/** Runs with points that are there at the beginning of each round; some are taken away in it. */
export const KNOWN_RUNS = Array.from({ length: 12 }, (_, i) => `fuzz${String(i).padStart(4, '0')}`)

export interface Rig {
  storage: Storage
  transports: Record<(typeof TRANSPORTS)[number], Transport>
  address: string
  /** A line to the core for messages that no transport would send. */
  port: MessagePort
  /** Removes what calls have made, so that the workspace stays as large as it was; puts back what they took. */
  tidy(): Promise<void>
  close(): Promise<void>
}

/** The core over a real workspace, behind all transports; every output is checked against the contract. */
export async function openRig(): Promise<Rig> {
  const dir = mkdtempSync(join(tmpdir(), 'anneal-fuzz-'))
  const storage = openWorkspace(dir, { now: Date.now })
  const jobs = createJobs({ storage, launch: idleTrainer, now: Date.now, parallel: 2 })
  let ids = 0
  const newId = () => `made${String(++ids)}`
  const api = createApi(
    {
      storage,
      jobs,
      bundles: createBundles(storage, '0.0.0', newId),
      files: grantedFiles(noGrants, dir),
      engine: { kind: 'wasm', label: 'none', whyNotFaster: null },
      parallel: 2,
      version: '0.0.0',
      machine: { cores: 2, memoryGb: 8 },
      // Data of the user's own is read by tests of its own; 60 000 images a call would be all that is measured here.
      checkTrainable: async (spec) => (spec.dataset.kind === 'mnist' ? undefined : checkTrainable(spec)),
      databaseBytes: () => 0,
      now: Date.now,
      newId,
    },
    { checkOutput: true },
  )
  const server = await serve({ api, port: 0, rendererDir: dir, token: TOKEN })
  const { port1, port2 } = new MessageChannel()
  const raw = new MessageChannel()
  servePort(api, port1)
  servePort(api, raw.port1)
  const transports = {
    'in process': createInProcessTransport(api),
    HTTP: createHttpTransport({ base: server.address, token: TOKEN }),
    'message port': createPortTransport(port2),
  }
  const tidy = async () => {
    const { running, queued } = jobs.state()
    await Promise.all([...queued, ...running].map((id) => jobs.stop(id)))
    // Those that were removed are named by no list.
    storage.runs.purge()
    storage.runs.purge(storage.runs.all().flatMap(({ id }) => (KNOWN_RUNS.includes(id) ? [] : [id])))
    for (const kind of ['runs', 'compare'])
      for (const { name } of storage.views.list(kind)) storage.views.remove(kind, name)
    for (const [i, id] of KNOWN_RUNS.entries()) if (!storage.runs.has(id)) storeRun(storage, id, i)
  }
  await tidy()
  return {
    storage,
    transports,
    address: server.address,
    port: raw.port2,
    tidy,
    async close() {
      raw.port2.postMessage(encode({ type: 'bye' }))
      for (const transport of Object.values(transports)) transport.close()
      await server.close()
      await jobs.close()
      storage.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function storeRun(storage: Storage, id: string, seed: number): void {
  const n = 1500
  const spec = parseRunSpec({ ...SPEC, name: id, tags: ['fuzz'], group: 'g', seed, budget: { steps: n } })
  storage.runs.create({ id, spec, name: id, totalSteps: n, peakLr: 0.4, createdAt: 1 + seed })
  storage.runs.setStatus(id, 'running', { startedAt: 2 })
  const data = Float64Array.from({ length: 4 * n }, (_, i) => (i < 2 * n ? i % n : i % 97 === 0 ? NaN : Math.sin(i)))
  storage.metrics.append(id, [{ track: 'update', metrics: ['train/loss', 'lr'], n, data }], n)
  storage.metrics.seal(id)
  storage.runs.setStatus(id, 'finished', { endedAt: 3000 })
}
