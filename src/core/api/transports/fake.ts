import { createEmitter } from '../../emitter'
import type { AppInfo, CoreEvent } from '../contract'
import { AppError } from '../../domain/errors'
import type { RunRow } from '../../domain/run'
import { createApi } from '../create-api'
import type { BundleStore } from '../services'
import type { Transport } from '../transport'
import { type IdleJobs, idleJobs } from './fake/idle-jobs'
import { memoryStorage } from './fake/memory-storage'
import { createInProcessTransport } from './in-process'

/** Points to begin with; steps count from 0 and times are 0 where they are not given. */
export interface FakeSeries {
  run: string
  metric: string
  values: ArrayLike<number>
  steps?: ArrayLike<number>
}

export interface FakeOptions {
  /** Runs in the order of creation; summaries of the series are added to their rows. */
  rows?: readonly RunRow[]
  series?: readonly FakeSeries[]
  info?: Partial<Pick<AppInfo, 'engine' | 'parallel' | 'version' | 'cores' | 'memoryGb'>>
  /** The clock, in ms; 0 unless given, so that pictures do not change. */
  now?: () => number
}

export interface FakeTransport extends Transport {
  /** Runs that are created start and train until `jobs.end` ends them. */
  jobs: IdleJobs
  /** Adds points, as a trainer would. */
  append(series: FakeSeries): void
  /** Sends an event to everyone who listens. */
  emit(event: CoreEvent): void
  /** Another connection to the same core. */
  connect(): Transport
  /** Pretends that the connection was lost, or found again. */
  setState(state: 'open' | 'lost'): void
}

const ENGINE: AppInfo['engine'] = { kind: 'cpu', label: 'none: nothing trains here', whyNotFaster: null }

/** Bundles are files, and there is no disk here. */
const refuse = async (): Promise<never> => {
  throw new AppError('bundle.invalid', 'This is no bundle that can be imported: nothing is stored here')
}
const NO_BUNDLES: BundleStore = { pack: refuse, packInto: refuse, unpack: refuse }

/**
 * A core without a disk and without trainers, for pages in tests: the real handlers over runs and points in memory.
 * Everything is as given and nothing depends on time or chance.
 */
export function createFakeTransport({
  rows = [],
  series = [],
  info = {},
  now = () => 0,
}: FakeOptions = {}): FakeTransport {
  const storage = memoryStorage(rows)
  const jobs = idleJobs(storage, now)
  const events = createEmitter<CoreEvent>()
  const states = createEmitter<'open' | 'lost'>()
  let ids = 0
  const api = createApi({
    storage,
    jobs,
    bundles: NO_BUNDLES,
    files: {
      toOpen: refuse,
      save: refuse,
      saveBytes: refuse,
      readSpec: refuse,
      parseSpec: (text) => JSON.parse(text) as unknown,
    },
    engine: info.engine ?? ENGINE,
    parallel: info.parallel ?? 1,
    version: info.version ?? '0.0.0',
    machine: { cores: info.cores ?? 2, memoryGb: info.memoryGb ?? 8 },
    checkTrainable: async () => {},
    databaseBytes: () => 0,
    now,
    newId: () => `fake${String(ids++).padStart(4, '0')}`,
  })
  api.subscribe(events.emit)
  const append = ({ run, metric, values, steps }: FakeSeries): void => {
    const n = values.length
    const data = new Float64Array(3 * n)
    for (let i = 0; i < n; i++) data[i] = steps?.[i] ?? i
    data.set(Array.from(values), 2 * n)
    storage.metrics.append(run, [{ track: metric, metrics: [metric], n, data }], storage.runs.get(run).steps)
  }
  series.forEach(append)
  /** Closing is of the transport; events of the core and those that a test makes up reach whoever listens. */
  const connect = (): Transport => {
    const { call, subscribe, close } = createInProcessTransport({ ...api, subscribe: events.on })
    return { call, subscribe, onState: states.on, close }
  }
  return { ...connect(), connect, jobs, append, emit: events.emit, setState: states.emit }
}
