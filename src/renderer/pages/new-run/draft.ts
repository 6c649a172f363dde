import type { RunSpec } from '../../../core/domain/spec/run-spec'
import { checkRunSpec, MAX_SEED, stepsPerEpoch, totalSteps, trainingSamples } from '../../../core/domain/spec/run-spec'
import { type Problem, show } from '../../../core/domain/spec/problems'
import { PRESET_LAYERS } from '../../../core/domain/spec/models'
import { leaves, valueAt, withValue } from './spec-path'

/** A form's content, valid or not. Numbers that cannot be read stay as the text that was typed. */
export interface Draft {
  spec: Record<string, unknown>
  /** As typed: "1, 2, 3". */
  seeds: string
  /** JSON of the layer list as typed; null where a preset is chosen. */
  layers: string | null
}

export interface DraftCheck {
  problems: Problem[]
  /** Valid spec with its defaults filled in; null where there are problems. */
  spec: RunSpec | null
  seeds: number[]
}

/** A first run that trains in a minute or two: what the form starts from. */
export const firstDraft = (): Draft => ({
  spec: {
    name: '',
    dataset: { kind: 'mnist' },
    model: { preset: 'cnn-small' },
    optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false, weightDecay: 5e-4 },
    schedule: { kind: 'one-cycle', maxLr: 0.4 },
    batchSize: 64,
    budget: { epochs: 2 },
    evaluate: { everySteps: 100 },
    engine: 'auto',
  },
  seeds: '1',
  layers: null,
})

/** The form of an existing run's spec. A range test has no schedule and budget to take over: those of a first run stand in. */
export function draftOf(spec: RunSpec): Draft {
  const { seed, rangeTest, ...rest } = spec
  const { schedule, budget, evaluate } = firstDraft().spec
  const layers = 'layers' in spec.model ? JSON.stringify(spec.model.layers, null, 1) : null
  return { spec: rangeTest ? { ...rest, schedule, budget, evaluate } : rest, seeds: String(seed), layers }
}

const problem = (field: string, allowed: string, got: unknown): Problem => ({
  field,
  allowed,
  got: show(got),
  message: `${field} ${allowed}, got ${show(got)}`,
})

/** Seeds from "1, 2, 3"; spaces or commas between. */
export function parseSeeds(text: string): number[] | Problem {
  const words = text.split(/[\s,;]+/).filter(Boolean)
  const seeds = words.map(Number)
  const allowed = `must be whole numbers from 0 to ${MAX_SEED}, with commas between`
  if (!words.length || seeds.some((seed) => !Number.isInteger(seed) || seed < 0 || seed > MAX_SEED)) {
    return problem('seed', allowed, text)
  }
  if (new Set(seeds).size < seeds.length) return problem('seed', 'must not name a seed twice', text)
  if (seeds.length > 1000) return problem('seed', 'must be at most 1000 seeds', seeds.length)
  return seeds
}

function parseLayers(text: string): unknown[] | Problem {
  try {
    const layers: unknown = JSON.parse(text)
    return Array.isArray(layers) ? layers : problem('model.layers', 'must be a list: [{"kind": "dense", …}, …]', layers)
  } catch (error) {
    return problem('model.layers', `must be JSON: ${(error as Error).message}`, text)
  }
}

/** Checks a whole form by the rules of the run spec. */
export function checkDraft(draft: Draft): DraftCheck {
  const own: Problem[] = []
  let spec: Record<string, unknown> = draft.spec
  if (draft.layers !== null) {
    const layers = parseLayers(draft.layers)
    if (Array.isArray(layers)) spec = { ...spec, model: { layers } }
    else own.push(layers)
  }
  const seeds = parseSeeds(draft.seeds)
  if (!Array.isArray(seeds)) own.push(seeds)
  else spec = { ...spec, seed: seeds[0] }
  const check = checkRunSpec(spec)
  const problems = [...own, ...(check.ok ? [] : check.problems)]
  return { problems, spec: check.ok && !problems.length ? check.spec : null, seeds: Array.isArray(seeds) ? seeds : [] }
}

/** Number of updates that a spec asks for; null where only the files know. */
export function plannedSteps(spec: RunSpec): number | null {
  return 'epochs' in spec.budget && trainingSamples(spec.dataset) === null ? null : totalSteps(spec)
}

/** Updates in an epoch; null where only the files know. */
export function epochLength(spec: RunSpec): number | null {
  const samples = trainingSamples(spec.dataset)
  return samples === null ? null : stepsPerEpoch(samples, spec.batchSize)
}

/** The same length in the other unit, as near as whole numbers allow. */
export function budgetIn(unit: 'epochs' | 'steps', spec: RunSpec): Record<string, number> {
  const steps = plannedSteps(spec)
  const epoch = epochLength(spec)
  if (unit === 'steps') return { steps: steps ?? 1000 }
  return { epochs: Math.max(1, Math.round((steps ?? 1000) / (epoch ?? steps ?? 1000))) }
}

/** The layer list of the chosen preset, as a start for an own one. */
export function presetLayers(spec: Record<string, unknown>): string {
  const preset = valueAt(spec, 'model.preset') as keyof typeof PRESET_LAYERS
  const layers = PRESET_LAYERS[preset] ?? PRESET_LAYERS.mlp
  return `[\n${layers.map((layer) => `  ${JSON.stringify(layer)}`).join(',\n')}\n]`
}

export interface Change {
  path: string
  from: unknown
  to: unknown
}

/** What differs from a copied spec, in the order of the spec; names and seeds are no difference in settings. */
export function changesFrom(copied: RunSpec, now: RunSpec): { changes: Change[]; fields: number } {
  const [before, after] = [leaves(withValue(copied, 'name', undefined)), leaves(withValue(now, 'name', undefined))]
  const paths = [...new Set([...before.keys(), ...after.keys()])]
  const changes = paths
    .filter((path) => JSON.stringify(before.get(path)) !== JSON.stringify(after.get(path)))
    .map((path) => ({ path, from: before.get(path), to: after.get(path) }))
  return { changes, fields: paths.length }
}
