import { computed, type ComputedRef, type MaybeRefOrGetter, toValue } from 'vue'
import type { SeriesViewData } from '../../../../core/api/contract'
import type { BestSettings, SettingResult } from '../../../../core/domain/compare/best-settings'
import type { AppError } from '../../../../core/domain/errors'
import { METRIC } from '../../../../core/domain/metrics'
import { type RecipeCard, recipeCard } from '../../../../core/domain/recipe/card'
import type { Recipe } from '../../../../core/domain/recipe/recipe'
import type { RunRow } from '../../../../core/domain/run'
import { isRegression } from '../../../../core/domain/spec/datasets'
import { useQuery } from '../../../composables/use-query'
import { useRunRows } from '../../../stores/run-rows'

/** Points of a card's curve, at most: more cannot be seen in a hand's breadth. */
const BUCKETS = 96

/** All that a recipe card shows; null until it is there. */
export interface LoadedRecipe {
  best: ComputedRef<BestSettings | null>
  /** The settings that are shown, and the run that stands for them. */
  result: ComputedRef<SettingResult | null>
  row: ComputedRef<RunRow | null>
  recipe: ComputedRef<Recipe | null>
  card: ComputedRef<RecipeCard | null>
  curves: ComputedRef<SeriesViewData[]>
  /** By which the settings were ranked. */
  metric: ComputedRef<string>
  error: ComputedRef<AppError | null>
}

/**
 * Loads a card for the settings of one of some runs.
 * @param subjects the runs, and the one whose settings are shown; without it those of the best
 */
export function useRecipe(
  subjects: MaybeRefOrGetter<{ runs: readonly string[]; focused: string | null } | null>,
): LoadedRecipe {
  const rows = useRunRows()
  const first = computed(() => toValue(subjects)?.runs[0] ?? null)
  const anyRow = computed(() => (first.value === null ? null : rows.get(first.value)))
  /** A regression has no accuracy: its settings are ranked by the loss. */
  const metric = computed(() =>
    anyRow.value && isRegression(anyRow.value.spec.dataset) ? METRIC.validationLoss : METRIC.validationAccuracy,
  )
  const ranked = useQuery('runs.best', () => {
    const now = toValue(subjects)
    if (now) void rows.need([now.runs[0]!])
    return now && anyRow.value ? { runs: [...now.runs], metric: metric.value } : null
  })
  const result = computed(() => {
    const { ranking = [] } = ranked.data.value ?? {}
    const focused = toValue(subjects)?.focused
    return ranking.find(({ runs }) => runs.includes(focused ?? '')) ?? ranking[0] ?? null
  })
  const row = computed(() => result.value?.row ?? null)
  const recipe = useQuery('runs.recipe', () => (row.value ? { run: row.value.id } : null))
  const views = useQuery('metrics.view', () =>
    row.value
      ? { series: [METRIC.lr, metric.value].map((one) => ({ run: row.value!.id, metric: one })), buckets: BUCKETS }
      : null,
  )
  /** An answer for the settings that were shown before is none. */
  const ofRow = <T>(value: T | null | undefined, run: string | undefined): T | null =>
    value && run !== undefined && run === row.value?.id ? value : null
  return {
    best: computed(() => ranked.data.value),
    result,
    row,
    recipe: computed(() => ofRow(recipe.data.value, recipe.data.value?.run.id)),
    card: computed(() => ranked.data.value && result.value && recipeCard(ranked.data.value, result.value)),
    curves: computed(() => ofRow(views.data.value?.series, views.data.value?.series[0]?.run) ?? []),
    metric,
    error: computed(() => ranked.error.value ?? recipe.error.value),
  }
}
