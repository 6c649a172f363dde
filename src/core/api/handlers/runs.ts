import { bestSettings } from '../../domain/compare/best-settings'
import { compareRuns } from '../../domain/compare/compare'
import { AppError } from '../../domain/errors'
import { compileFilter } from '../../domain/filter/filter'
import { createRecipe } from '../../domain/recipe/recipe'
import type { RunRow } from '../../domain/run'
import { parseRunSpec, type RunSpec } from '../../domain/spec/run-spec'
import { sortRuns } from '../../domain/table/order'
import type { Jobs } from '../../jobs/jobs'
import type { RunStore } from '../../storage/types'
import type { HandlerContext, HandlersOf } from './context'
import { defaultName, noticesOf, startRuns } from './start-runs'

export function runHandlers(core: HandlerContext) {
  const { storage, jobs, emit, version } = core
  const changed = (run: RunRow): RunRow => {
    emit({ type: 'runs.changed', runs: [run] })
    return run
  }
  return {
    'runs.list': ({ filter = '', sort, offset, limit }) => {
      const all = storage.runs.all()
      const matching = sortRuns(filter.trim() ? all.filter(compileFilter(filter)) : all, sort)
      return { rows: matching.slice(offset, offset + limit), total: matching.length, all: all.length }
    },
    'runs.get': ({ run }) => storage.runs.get(run),
    'runs.find': ({ reference }) => storage.runs.get(findOne(storage.runs, reference)),
    'runs.create': async ({ spec, seeds }) => {
      const checked = parseRunSpec(spec)
      await core.checkTrainable(checked)
      return {
        runs: startRuns(core, seeds ? replicates(checked, seeds) : [named(checked)]),
        notices: noticesOf(checked),
      }
    },
    'runs.checkpoints': ({ run }) => ({
      checkpoints: storage.checkpoints.list(storage.runs.get(run).id).map(({ sha256: _, ...checkpoint }) => checkpoint),
    }),
    'runs.resume': ({ run, fromStart }) => jobs.resume(run, fromStart),
    'runs.stop': ({ run }) => jobs.stop(run),
    'runs.update': ({ run, ...patch }) => {
      storage.runs.get(run)
      return changed(storage.runs.update(run, patch))
    },
    'runs.remove': async ({ run }) => {
      await stopIfLive(jobs, run)
      storage.runs.remove(run)
      emit({ type: 'runs.removed', runs: [run] })
      return { run }
    },
    'runs.restore': ({ run }) => changed(storage.runs.restore(run)),
    'runs.purge': async ({ run }) => {
      await stopIfLive(jobs, run)
      // Says run.notFound where there is nothing to purge; a removed run may be purged too.
      storage.metrics.summaries(run)
      storage.runs.purge([run])
      emit({ type: 'runs.removed', runs: [run] })
      return { run }
    },
    'runs.compare': ({ runs }) => compareRuns(runs.map((run) => storage.runs.get(run))),
    'runs.best': ({ filter, runs, metric, pick }) => {
      const rows = runs ? runs.map((run) => storage.runs.get(run)) : sortRuns(storage.runs.all())
      return bestSettings(filter?.trim() ? rows.filter(compileFilter(filter)) : rows, { metric, pick })
    },
    'runs.recipe': ({ run }) => createRecipe(storage.runs.get(run), version),
  } satisfies Partial<HandlersOf<'runs'>>
}

/** A run that is taken away must not train on. */
export async function stopIfLive(jobs: Jobs, run: string): Promise<void> {
  const { running, queued } = jobs.state()
  if (running.includes(run) || queued.includes(run)) await jobs.stop(run)
}

const named = (spec: RunSpec): RunSpec => ({ ...spec, name: spec.name || defaultName(spec) })

/** One spec for each seed, in one group; the name says which seed where there are several. Checked again: names grow. */
function replicates(spec: RunSpec, seeds: readonly number[]): RunSpec[] {
  const { name, group } = named(spec)
  if (seeds.length === 1) return [{ ...spec, name, seed: seeds[0]! }]
  return seeds.map((seed) => parseRunSpec({ ...spec, name: `${name} seed ${seed}`, group: group || name, seed }))
}

function findOne(runs: RunStore, reference: string): string {
  const ids = runs.find(reference)
  if (ids.length === 1) return ids[0]!
  if (ids.length === 0)
    throw new AppError('run.notFound', `No run is called ${reference} or has an id that begins so`, {
      field: 'run',
      got: reference,
      allowed: 'an id, the beginning of one, or a name',
      hint: 'anneal runs lists them',
    })
  const shown = ids.slice(0, 10).join(', ')
  throw new AppError(
    'input.invalid',
    `${ids.length} runs answer to ${reference}: ${shown}${ids.length > 10 ? ', …' : ''}. Give one of the ids`,
    { field: 'run', got: reference, allowed: 'exactly one run', runs: ids },
  )
}
