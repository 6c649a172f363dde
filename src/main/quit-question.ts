import type { RunRow } from '../core/domain/run'
import { checkpointRule } from '../core/domain/checkpoint-rule'

/** What is to happen with what trains when the window is closed. */
export type QuitAnswer = 'background' | 'stop' | 'cancel'

/** The answers in the order of the buttons. */
const ANSWERS: readonly QuitAnswer[] = ['background', 'stop', 'cancel']

export interface QuitQuestion {
  message: string
  detail: string
  buttons: string[]
  defaultId: number
  cancelId: number
}

/** The longest list of names that a dialog shows. */
const MOST_NAMES = 5

const countOf = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`
const namesOf = (runs: readonly RunRow[]): string => {
  const more = runs.length - MOST_NAMES
  const names = runs.slice(0, MOST_NAMES).map(({ name }) => name)
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** The question before the program ends while runs train or wait; null where there is nothing to ask. */
export function quitQuestion(live: readonly RunRow[]): QuitQuestion | null {
  if (!live.length) return null
  const training = live.filter(({ status }) => status === 'running')
  const waiting = live.length - training.length
  const fromStart = training.filter(({ spec }) => checkpointRule(spec) === null)
  const what = [
    training.length && `${countOf(training.length, 'run')} ${training.length === 1 ? 'trains' : 'train'}`,
    waiting && `${waiting} ${waiting === 1 ? 'waits' : 'wait'}`,
  ]
  const detail = [
    `${namesOf(live)}.`,
    live.length === 1
      ? 'In the background it goes on without a window; Anneal ends by itself after it.'
      : 'In the background they go on without a window; Anneal ends by itself after the last one.',
    'A run that is stopped writes a checkpoint first and can be resumed; every recorded step is kept.',
    fromStart.length && `Without checkpoints, and to be trained from the start again: ${namesOf(fromStart)}.`,
  ]
  return {
    message: what.filter(Boolean).join(', '),
    detail: detail.filter(Boolean).join('\n'),
    buttons: ['Keep training in the background', 'Stop after a checkpoint and quit', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
  }
}

/** What a press of a button means; anything else, as a dialog that was closed, is to change nothing. */
export const answerOf = (button: number): QuitAnswer => ANSWERS[button] ?? 'cancel'
