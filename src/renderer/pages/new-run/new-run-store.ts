import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { RunRow } from '../../../core/domain/run'
import type { ScheduleKind, ScheduleSpec } from '../../../core/domain/schedules/registry'
import type { DatasetKind } from '../../../core/domain/spec/datasets'
import type { RunSpec } from '../../../core/domain/spec/run-spec'
import { emptyDataset, withDataset } from './dataset-kinds'
import {
  budgetIn,
  changesFrom,
  checkDraft,
  type Draft,
  draftOf,
  epochLength,
  firstDraft,
  plannedSteps,
  presetLayers,
} from './draft'
import { inFamily, namedPeak, withEndOf, withPeak } from './schedule-handles'
import { valueAt, withValue } from './spec-path'
import { type Tile, tileDefaults, tileOf } from './tiles'

/** Updates that a shape is drawn over where only the dataset's files know how many there will be. */
const UNKNOWN_STEPS = 1000

/** The run that is being set up; kept while other pages are looked at. */
export const useNewRun = defineStore('newRun', () => {
  const draft = shallowRef<Draft>(firstDraft())
  const check = computed(() => checkDraft(draft.value))
  const problems = computed(() => check.value.problems)
  /** The last spec that was valid: what the preview shows while something is wrong. */
  const valid = shallowRef<RunSpec>(check.value.spec!)
  const copiedFrom = shallowRef<RunRow | null>(null)
  const starting = ref(false)

  const planned = computed(() => plannedSteps(valid.value))
  const steps = computed(() => planned.value ?? UNKNOWN_STEPS)
  const epoch = computed(() => epochLength(valid.value))
  const changes = computed(() => copiedFrom.value && changesFrom(copiedFrom.value.spec, valid.value))

  function edit(next: Draft): void {
    draft.value = next
    if (check.value.spec) valid.value = check.value.spec
  }

  const get = (path: string): unknown => valueAt(draft.value.spec, path)
  const set = (path: string, value: unknown): void =>
    edit({ ...draft.value, spec: withValue(draft.value.spec, path, value) })
  /** What a field must be, where it is not. */
  function problemAt(path: string): string | null {
    const isList = Array.isArray(get(path))
    const problem = problems.value.find(({ field }) => field === path || (isList && field.startsWith(`${path}.`)))
    return problem ? (problem.got === 'nothing' ? 'must be given' : problem.allowed) : null
  }

  const setDataset = (dataset: object): void => edit({ ...draft.value, spec: withDataset(draft.value.spec, dataset) })
  /** A path or column; emptied, what the spec does not ask for is left out of it. */
  function setDataText(name: string, text: string): void {
    const must = name in emptyDataset(get('dataset.kind') as DatasetKind)
    set(`dataset.${name}`, text === '' && !must ? undefined : text)
  }

  function setSchedule(schedule: ScheduleSpec): void {
    set('schedule', schedule)
  }

  /** Another family with the same peak, end and number of updates; from the last valid schedule where this one is not. */
  function setFamily(kind: ScheduleKind): void {
    setSchedule(inFamily(kind, valid.value.schedule, steps.value))
  }
  /** What a tile stands for, as far as it is not already that. */
  function setTile(tile: Tile): void {
    const from = valid.value.schedule
    if (tileOf(get('schedule') as object)?.id === tile.id) return
    setSchedule(withEndOf(tileDefaults(tile, namedPeak(from, steps.value), steps.value), from, steps.value))
  }

  return {
    draft,
    problems,
    valid,
    seeds: computed(() => check.value.seeds),
    copiedFrom,
    starting,
    planned,
    steps,
    epoch,
    changes,
    get,
    set,
    problemAt,
    setSchedule,
    setFamily,
    setTile,
    /** The same schedule with its greatest rate here. */
    setPeak: (peak: number) => setSchedule(withPeak(valid.value.schedule, peak, steps.value)),
    setSeeds: (seeds: string) => edit({ ...draft.value, seeds }),
    setLayers: (layers: string | null) => edit({ ...draft.value, layers }),
    ownLayers: () => edit({ ...draft.value, layers: presetLayers(draft.value.spec) }),
    setPreset: (preset: string) =>
      edit({ ...draft.value, layers: null, spec: withValue(draft.value.spec, 'model', { preset }) }),
    setDataset: (kind: DatasetKind) => setDataset(emptyDataset(kind)),
    /** What a table is learned for: the loss goes with it. */
    setTask: (task: string) => setDataset({ ...(get('dataset') as object), task }),
    setDataText,
    setBudgetUnit: (unit: 'epochs' | 'steps') => set('budget', budgetIn(unit, valid.value)),
    /** Settings that are those of no run here: from a file. */
    fill(spec: RunSpec) {
      copiedFrom.value = null
      edit(draftOf(spec))
    },
    copy(run: RunRow) {
      copiedFrom.value = run
      edit(draftOf(run.spec))
    },
  }
})
