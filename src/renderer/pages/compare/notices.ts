import { epochLength } from '../../format/run-words'
import type { ChosenRun } from './chosen-run'
import type { CompareState } from './compare-state'
import { cyclesOfRun } from './cycle-lines'

export interface Notice {
  text: string
  action?: { label: string; change: Partial<CompareState> }
}

const LISTED = 4

/** What somebody who looks at the charts should know before concluding anything. */
export function noticesOf(chosen: readonly ChosenRun[], state: CompareState): Notice[] {
  const notices: Notice[] = []
  const byStep = state.axis === 'step' && !state.cycles
  const batches = [...new Set(chosen.map(({ row }) => row.spec.batchSize))].sort((a, b) => a - b)
  if (byStep && batches.length > 1) {
    const listed = batches.slice(0, LISTED).join(', ') + (batches.length > LISTED ? ', …' : '')
    notices.push({
      text: `Steps of different batch sizes are mixed (${listed}): at the same step these runs have seen different amounts of data.`,
      ...(chosen.every(({ row }) => epochLength(row) !== null) && {
        action: { label: 'Use epochs', change: { axis: 'epoch' as const, zoom: null } },
      }),
    })
  }
  const noEpoch = state.axis === 'epoch' && !state.cycles ? chosen.filter(({ row }) => epochLength(row) === null) : []
  if (noEpoch.length) notices.push({ text: `Not drawn, as the length of an epoch is not known: ${namesOf(noEpoch)}.` })
  if (state.cycles) {
    const without = chosen.filter(({ row }) => !cyclesOfRun(row).length)
    if (without.length) notices.push({ text: `Not drawn, as their schedules have no cycles: ${namesOf(without)}.` })
  }
  return notices
}

function namesOf(runs: readonly ChosenRun[]): string {
  const named = runs.slice(0, LISTED).map(({ letter, name }) => `${letter} ${name}`)
  return named.join(', ') + (runs.length > LISTED ? ` and ${runs.length - LISTED} more` : '')
}
