import { AppError } from '../errors'
import { bestOf } from '../metrics'
import type { DatasetSummary, EngineInfo, Environment, RunRow, RunStatus } from '../run'
import { describeSchedule } from '../schedules/registry'
import { mapDataPaths } from '../spec/datasets'
import { show } from '../spec/problems'
import type { RunSpec } from '../spec/run-spec'
import { systemUnit } from '../system-metrics'

/** The settings of a run with their evidence: what `export --format recipe` writes and `run` accepts. */
export interface Recipe {
  anneal: string
  recipe: 1
  spec: RunSpec
  schedule: { description: string; totalSteps: number; peakLr: number }
  result: {
    status: RunStatus
    steps: number
    divergedAt: number | null
    metrics: Record<string, { last: number; best: number; bestStep: number }>
    trainingMs: number | null
  }
  dataset: DatasetSummary | null
  engine: EngineInfo | null
  environment: Pick<Environment, 'anneal' | 'node' | 'platform'> | null
  run: { id: string; name: string; startedAt: number | null }
}

/**
 * A run as a recipe. It names no folder of this machine: of the user's own data files only the names are kept, and
 * `run` looks for them beside the recipe. Name, group, tags and notes are those that the run has now.
 *
 * @param version of the program that writes it
 */
export function createRecipe(row: RunRow, version: string): Recipe {
  const { name, group, tags, notes, spec, environment, startedAt, endedAt } = row
  const totalSteps = Math.max(1, row.totalSteps)
  return {
    anneal: version,
    recipe: 1,
    spec: { ...spec, name, group, tags, notes, dataset: withoutFolders(spec.dataset) },
    schedule: { description: describeSchedule(spec.schedule, totalSteps), totalSteps, peakLr: row.peakLr },
    result: {
      status: row.status,
      steps: row.steps,
      divergedAt: row.divergedAt,
      metrics: Object.fromEntries(
        Object.entries(row.metrics)
          // What the machine did says nothing about the settings.
          .filter(([metric]) => systemUnit(metric) === null)
          .map(([metric, summary]) => {
            const { value, step } = bestOf(metric, summary)
            return [metric, { last: summary.last, best: value, bestStep: step }]
          }),
      ),
      trainingMs: startedAt === null || endedAt === null ? null : endedAt - startedAt,
    },
    dataset: row.dataset,
    engine: row.engine,
    environment: environment && {
      anneal: environment.anneal,
      node: environment.node,
      platform: environment.platform,
    },
    run: { id: row.id, name, startedAt },
  }
}

/** A dataset that names no folder of this machine: of the user's own data files only the names are kept. */
export const withoutFolders = <T>(dataset: T): T => mapDataPaths(dataset, (path) => fileName(path))

/** The last part of a path of any system; a folder may end with a separator. */
const fileName = (path: string): string => path.split(/[\\/]+/).findLast((part) => part !== '') ?? path

/**
 * The spec of what may be a recipe or a spec itself; the spec is not checked here.
 * @throws AppError `spec.invalid` for a recipe of another version or without a spec
 */
export function recipeSpec(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'recipe')) return value
  const { recipe, spec } = value as { recipe: unknown; spec?: unknown }
  if (recipe !== 1)
    throw new AppError('spec.invalid', `recipe must be 1, the version that this program reads, got ${show(recipe)}`, {
      field: 'recipe',
      allowed: '1',
      got: show(recipe),
      hint: 'A newer Anneal may have written it',
    })
  if (spec === undefined)
    throw new AppError('spec.invalid', 'spec is missing: a recipe holds the run spec there', {
      field: 'spec',
      allowed: 'a run spec',
      got: 'nothing',
    })
  return spec
}
