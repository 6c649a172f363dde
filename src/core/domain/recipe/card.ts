import { type BestSettings, resultText, type SettingResult, type Verdict } from '../compare/best-settings'
import { formatCount, formatRate } from '../format'
import { metricNumber, metricText } from '../metric-words'
import type { RunRow } from '../run'
import { createSchedule, describeSchedule } from '../schedules/registry'
import { isNesterov, momentumOf, optimizerName } from '../spec/optimizers'
import { stepsPerEpoch, trainingSamples } from '../spec/run-spec'

/** One line of a card. `rate` marks the one number that the card is about. */
export interface CardFact {
  label: string
  text: string
  rate?: string
}

/** Settings with their evidence on one page: never a result without its n, never a spread that nobody measured. */
export interface RecipeCard {
  title: string
  subtitle: string
  /** "99.34 %", and below "± 0.03 sd, 3 seeds". */
  value: string
  spread: string
  settings: CardFact[]
  evidence: CardFact[]
  /** What to keep in mind, with its numbers. */
  finding: { tone: 'note' | 'caution'; text: string }
}

/** The card of some settings among those that they were compared with. */
export function recipeCard(best: BestSettings, result: SettingResult): RecipeCard {
  const { row } = result
  return {
    title: row.name,
    subtitle: [dataOf(row), modelOf(row), optimizerOf(row)].join(', '),
    value: result.n ? metricText(best.metric, result.mean) : 'no result',
    spread: spreadOf(best.metric, result),
    settings: settingsOf(result),
    evidence: evidenceOf(best, result),
    finding: { tone: CALM.includes(best.verdict) ? 'note' : 'caution', text: `${best.sentence}.` },
  }
}

const CALM: Verdict[] = ['clear', 'alone']

const dataOf = ({ dataset, spec }: RunRow): string => dataset?.label ?? spec.dataset.kind
const modelOf = ({ spec: { model } }: RunRow): string =>
  'preset' in model ? model.preset : `${model.layers.length} layers`
function optimizerOf({ spec: { optimizer } }: RunRow): string {
  if (isNesterov(optimizer)) return `${optimizerName(optimizer)} with Nesterov momentum`
  return optimizer.kind === 'sgd' && optimizer.momentum > 0 ? 'SGD with momentum' : optimizerName(optimizer)
}

function spreadOf(metric: string, { n, std, diverged, runs }: SettingResult): string {
  const seeds = `${n} seed${n === 1 ? '' : 's'}`
  const spread = n === 0 ? '' : n === 1 ? '1 seed, no spread' : `± ${metricNumber(metric, std)} sd, ${seeds}`
  const lost = diverged ? `${diverged} of ${runs.length} diverged` : ''
  return [spread, lost].filter(Boolean).join(', ')
}

function settingsOf({ row, seeds }: SettingResult): CardFact[] {
  const { spec, totalSteps } = row
  const steps = Math.max(1, totalSteps)
  const schedule = createSchedule(spec.schedule, steps)
  const [first, last] = [schedule.lr(0), schedule.lr(steps - 1)]
  const samples = row.dataset?.train ?? trainingSamples(spec.dataset)
  const epochs = samples === null ? null : steps / stepsPerEpoch(samples, spec.batchSize)
  const epochsText = epochs === null ? '' : ` (${Number(epochs.toPrecision(3))} epoch${epochs === 1 ? '' : 's'})`
  return [
    { label: 'Peak LR', text: '', rate: formatRate(row.peakLr) },
    { label: 'Schedule', text: describeSchedule(spec.schedule, steps) },
    {
      label: 'First, last LR',
      text: `${formatRate(first)}, ${schedule.feedback ? 'as the metric decides' : formatRate(last)}`,
    },
    { label: spec.optimizer.kind.startsWith('adam') ? 'β1' : 'Momentum', text: momentumText(row) },
    { label: 'Batch, updates', text: `${spec.batchSize}, ${formatCount(steps)}${epochsText}` },
    { label: 'Weight decay', text: String(spec.optimizer.weightDecay) },
    ...(spec.clip
      ? [{ label: 'Clipping', text: 'norm' in spec.clip ? `norm ${spec.clip.norm}` : `value ${spec.clip.value}` }]
      : []),
    { label: seeds.length === 1 ? 'Seed' : 'Seeds', text: seeds.join(', ') },
  ]
}

/** A momentum that moves by its range, one that does not by its value. */
function momentumText({ spec, totalSteps }: RunRow): string {
  const { momentum } = createSchedule(spec.schedule, Math.max(1, totalSteps))
  if (!momentum) return String(momentumOf(spec.optimizer))
  const steps = Math.max(1, totalSteps)
  let [low, high] = [Infinity, -Infinity]
  for (let t = 0; t < steps; t++) {
    low = Math.min(low, momentum(t))
    high = Math.max(high, momentum(t))
  }
  const short = (x: number) => String(Number(x.toPrecision(4)))
  return `${short(momentum(0))} first, between ${short(low)} and ${short(high)}`
}

function evidenceOf(best: BestSettings, result: SettingResult): CardFact[] {
  const { row } = result
  const { engine, environment, dataset } = row
  return [
    ...rivalOf(best, result),
    ...divergenceOf(best),
    {
      label: 'Data',
      text: dataset ? `sha256 ${dataset.sha256.slice(0, 8)}…${dataset.sha256.slice(-4)}` : 'not read yet',
    },
    {
      label: 'Made with',
      text:
        [environment && `Anneal ${environment.anneal}`, engine?.label].filter(Boolean).join(', ') || 'not trained yet',
    },
  ]
}

/** The other settings that come closest: the next ones of the best, the best of any other. */
function rivalOf({ metric, winner, next, verdict }: BestSettings, result: SettingResult): CardFact[] {
  // By id: what has travelled is equal, not the same.
  const is = (one: SettingResult | null) => one?.row.id === result.row.id
  const rival = is(winner) ? next : winner
  if (!rival) return []
  const tie = verdict === 'within noise' && (is(winner) || is(next)) ? ', a tie' : ''
  return [{ label: is(winner) ? 'Next best' : 'Best', text: `${rival.row.name}, ${resultText(metric, rival)}${tie}` }]
}

/** The lowest peak rate that diverged among those compared. */
function divergenceOf({ ranking }: BestSettings): CardFact[] {
  const lowest = ranking.filter(({ diverged }) => diverged > 0).toSorted((a, b) => a.row.peakLr - b.row.peakLr)[0]
  if (!lowest) return [{ label: 'Diverges at', text: 'none of those compared diverged' }]
  const { row, diverged, runs } = lowest
  const step = runs.length === 1 && row.divergedAt !== null ? `, at step ${formatCount(row.divergedAt)}` : ''
  return [
    {
      label: 'Diverges at',
      text: `peak LR ${formatRate(row.peakLr)} (${row.name}, ${diverged} of ${runs.length}${step})`,
    },
  ]
}
