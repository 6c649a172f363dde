import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { formatPercent } from '../../core/domain/format'
import { METRIC } from '../../core/domain/metrics'
import type { RunRow } from '../../core/domain/run'
import { familyOf } from '../../core/domain/schedules/registry'
import { comparisonText } from '../comparison-text'
import { defineCommand } from '../command'
import { endStatus, followRuns } from '../follow-runs'
import { bestValue } from '../format-value'
import type { Io } from '../io'
import { toJson, toPrettyJson } from '../../core/domain/json'
import { openBrowser } from '../open-browser'
import { openCore, type OpenedCore } from '../open-core'
import { PARALLEL_OPTION, parallelRuns, wholeNumber } from '../parse-arguments'
import { interrupted, servePage } from '../serve-page'
import { printable } from '../text'
import { writeWhole } from '../../core/files/write-whole'

/** The best run by validation accuracy, and how far it is ahead of the next. */
export interface Winner {
  row: RunRow
  accuracy: number
  step: number
  second: RunRow | null
  margin: number | null
}

/** @returns null where no run has been evaluated */
export function findWinner(rows: readonly RunRow[]): Winner | null {
  const ranked = rows
    .flatMap((row) => {
      const best = bestValue(row, METRIC.validationAccuracy)
      return best ? [{ row, ...best }] : []
    })
    .sort((a, b) => b.value - a.value)
  const [first, second] = ranked
  if (!first) return null
  return {
    row: first.row,
    accuracy: first.value,
    step: first.step,
    second: second?.row ?? null,
    margin: second ? first.value - second.value : null,
  }
}

/** One sentence: which schedule won, with which accuracy, how far ahead. */
export function winnerText({ row, accuracy, step, second, margin }: Winner): string {
  const label = (of: RunRow) => familyOf(of.spec.schedule.kind).label
  const head = `${label(row)} (${printable(row.name)}) has the best validation accuracy: ${formatPercent(accuracy)} % at step ${step}`
  if (!second) return `${head}.`
  if (margin === 0) return `${head}, level with ${label(second)} (${printable(second.name)}).`
  return `${head}, ${(100 * margin!).toFixed(2)} points above ${label(second)} (${printable(second.name)}).`
}

async function openPage(opened: OpenedCore, io: Io): Promise<void> {
  const page = opened.attachedTo ? null : await servePage(opened.core!)
  const url = page ? page.url : `${opened.attachedTo!.address}/#token=${opened.attachedTo!.token}`
  try {
    io.out(`Anneal is at ${url}\n`)
    if (!(await openBrowser(url))) io.err('No browser could be opened here: open the address yourself.\n')
    if (!page) return
    io.err('Ctrl-C ends it.\n')
    await interrupted()
  } finally {
    await page?.close()
  }
}

export const quickstartCommand = defineCommand({
  name: 'quickstart',
  words: [],
  options: {
    'no-open': { type: 'boolean', help: 'end after the comparison instead of opening the page' },
    steps: { type: 'string', value: 'N', help: 'updates in each of the three runs' },
    parallel: PARALLEL_OPTION,
  },
  summary:
    'trains three networks on MNIST with three schedules, compares them, writes the winner as a recipe, opens the page',
  example: 'anneal quickstart --no-open',
  notes: ['Run again, it adds three more runs. --json implies --no-open.'],
  async run({ options, data, json, io }) {
    const steps = options.steps === undefined ? undefined : wholeNumber('--steps', options.steps, 3, 100_000)
    const parallel = parallelRuns(options.parallel)
    const opened = await openCore(data, { create: true, parallel })
    const { transport } = opened
    if (parallel && opened.attachedTo)
      io.err(`Note: --parallel is not used: the Anneal at ${opened.attachedTo.address} trains these runs\n`)
    try {
      const rows = await followRuns(opened, io, async () => (await transport.call('quickstart.start', { steps })).runs)
      const status = endStatus(rows)
      const winner = findWinner(rows)
      if (status !== 0 || !winner) {
        if (json) io.out(toJson({ runs: rows, comparison: null, winner: null, recipe: null }))
        return status || 1
      }
      const comparison = await transport.call('runs.compare', { runs: rows.map(({ id }) => id) })
      const recipes = join(data, 'recipes')
      await mkdir(recipes, { recursive: true })
      const recipe = await writeWhole(
        join(recipes, `${winner.row.spec.schedule.kind}-${winner.row.id}.json`),
        toPrettyJson(await transport.call('runs.recipe', { run: winner.row.id })),
        { force: true },
      )
      if (json) {
        const { accuracy, step, margin } = winner
        io.out(toJson({ runs: rows, comparison, winner: { run: winner.row.id, accuracy, step, margin }, recipe }))
        return 0
      }
      io.out(`\n${comparisonText(comparison, io.outWidth())}\n${winnerText(winner)}\nIts recipe: ${recipe}\n`)
      if (!options['no-open']) await openPage(opened, io)
      return 0
    } finally {
      await opened.close()
    }
  },
})
