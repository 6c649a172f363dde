import { formatCount } from '../../../core/domain/format'
import type { RunRow } from '../../../core/domain/run'
import { type ClipSpec, isNesterov, momentumOf, optimizerName } from '../../../core/domain/spec/optimizers'
import { datasetLabel, epochLength, formatSetting, modelLabel } from '../../format/run-words'

type Fact = readonly [label: string, text: string]

const clipLabel = (clip: ClipSpec | undefined): string => {
  if (!clip) return 'off'
  return 'norm' in clip ? `norm ${clip.norm}` : `value ±${clip.value}`
}

/** The settings of a run in words, without the schedule, which has a sentence of its own. */
export function configurationOf(run: RunRow): Fact[] {
  const { spec } = run
  const { optimizer, budget } = spec
  const epoch = epochLength(run)
  const value = momentumOf(optimizer)
  const momentum = value ? ` with ${'momentum' in optimizer ? 'momentum' : 'β1'} ${value}` : ''
  return [
    ['Optimizer', `${optimizerName(optimizer)}${momentum}${isNesterov(optimizer) ? ', Nesterov' : ''}`],
    ['Batch', `${spec.batchSize}${epoch ? `, ${formatCount(epoch)} steps an epoch` : ''}`],
    ['Budget', 'epochs' in budget ? `${formatCount(budget.epochs)} epochs` : `${formatCount(budget.steps)} steps`],
    ['Weight decay', formatSetting(optimizer.weightDecay)],
    ['Clip', clipLabel(spec.clip)],
    ['Loss', spec.loss],
    ['Model', `${modelLabel(spec)}${run.parameters === null ? '' : `, ${formatCount(run.parameters)} weights`}`],
    ['Seed', String(spec.seed)],
  ]
}

/** Where and on what a run was trained; empty before its first start. */
export function environmentOf(run: RunRow): Fact[] {
  const { engine, environment, dataset } = run
  const facts: Fact[] = []
  if (engine) {
    facts.push(['Engine', engine.label], ['Threads', String(engine.threads)])
    if (engine.whyNotFaster) facts.push(['Not faster', engine.whyNotFaster])
  }
  if (environment) {
    const { cores, cpu, memoryGb, platform, anneal, node } = environment
    facts.push(['Machine', `${cpu}, ${cores} cores, ${memoryGb.toFixed(1)} GB, ${platform}`])
    facts.push(['App', `Anneal ${anneal}, Node ${node}`])
  }
  if (dataset) {
    const { train, validation, sha256 } = dataset
    facts.push([
      'Data',
      `${datasetLabel(run)}, ${formatCount(train)} + ${formatCount(validation)}, sha256 ${short(sha256)}`,
    ])
  }
  return facts
}

const short = (hash: string): string => (hash.length > 12 ? `${hash.slice(0, 4)}…${hash.slice(-4)}` : hash)
