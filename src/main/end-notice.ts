import type { RunRow, RunStatus } from '../core/domain/run'

/** How ends are told; a run that the user stopped is none. */
const WORDS: Partial<Record<RunStatus, string>> = {
  finished: 'finished',
  diverged: 'diverged',
  failed: 'failed',
  interrupted: 'was interrupted',
}

export interface EndNotice {
  title: string
  body: string
  /** The run that a click opens; null where there are several. */
  run: string | null
}

const accuracyOf = (run: RunRow): string => {
  const best = run.metrics['validation/accuracy']?.max
  return typeof best === 'number' && Number.isFinite(best)
    ? `, best validation accuracy ${(best * 100).toFixed(1)} %`
    : ''
}

const sentence = (run: RunRow): string => {
  if (run.status === 'diverged') return `at step ${run.divergedAt}; what it recorded is kept`
  if (run.status === 'finished') return `${run.steps} updates${accuracyOf(run)}`
  return run.reason ?? `after ${run.steps} updates`
}

/** What the system's notification says of runs that ended at about the same time; null where nothing is worth one. */
export function endNotice(ended: readonly RunRow[]): EndNotice | null {
  const told = ended.filter(({ status }) => WORDS[status])
  if (told.length === 0) return null
  if (told.length === 1) {
    const [run] = told as [RunRow]
    return { title: `${run.name} ${WORDS[run.status]}`, body: sentence(run), run: run.id }
  }
  const counts = Object.entries(WORDS)
    .map(([status, word]) => ({ word, count: told.filter((run) => run.status === status).length }))
    .filter(({ count }) => count > 0)
  return {
    title: `${told.length} runs ended`,
    body: counts.map(({ word, count }) => `${count} ${word}`).join(', '),
    run: null,
  }
}
