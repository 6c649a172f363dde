import { toJson } from '../../core/domain/json'
import { rangeTestSpec } from '../../core/domain/range-test/range-test-spec'
import type { RunRow } from '../../core/domain/run'
import { defineCommand } from '../command'
import { endStatus, followRuns } from '../follow-runs'
import { givenSpec } from '../given-spec'
import type { Io } from '../io'
import { type OpenedCore, withCore } from '../open-core'
import { finiteNumber } from '../parse-arguments'
import { confirmText, rangeTestText, sweptText, trainCommand } from '../range-test-text'
import { printable } from '../text'

const NUMBERS = ['from', 'to', 'steps', 'repeats'] as const
type Given = Partial<Record<(typeof NUMBERS)[number] | 'growth', string>>

/** The fields of the test that options give; whether they are allowed is for the spec's own check. */
const fieldsOf = (options: Given): Record<string, unknown> => ({
  ...Object.fromEntries(
    NUMBERS.flatMap((name) => (options[name] === undefined ? [] : [[name, finiteNumber(`--${name}`, options[name])]])),
  ),
  ...(options.growth !== undefined && { growth: options.growth }),
})

/** A training spec's name stays its own: the test is one of it. */
function nameOf(spec: unknown, given: string | undefined): string {
  const { name } = (spec ?? {}) as { name?: unknown }
  return given ?? (typeof name === 'string' && name ? `range test ${name}` : '')
}

/** Starts runs and follows them; what the core has to say about them goes to the messages. */
const follow = (opened: OpenedCore, io: Io, start: () => Promise<{ runs: RunRow[]; notices: string[] }>) =>
  followRuns(opened, io, async () => {
    const { runs, notices } = await start()
    for (const notice of notices) io.err(`Note: ${notice}\n`)
    return runs
  })

export const rangeTestCommand = defineCommand({
  name: 'range-test',
  words: ['SPEC'],
  options: {
    from: { type: 'string', value: 'RATE', help: 'first rate (default 1e-6)' },
    to: { type: 'string', value: 'RATE', help: 'last rate (default 10); where no loss has risen by then it goes on' },
    steps: { type: 'string', value: 'N', help: 'updates of one sweep (default 300)' },
    repeats: {
      type: 'string',
      value: 'N',
      help: 'sweeps from the same weights, each in an order of its own (default 3)',
    },
    growth: { type: 'string', value: 'WORD', help: 'exponential (default) or linear' },
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: 'replace a field; the value is JSON, else text' },
    name: { type: 'string', value: 'NAME', help: "the run's name" },
    confirm: { type: 'boolean', help: 'then train three short 1cycle runs at max/3, max and 3·max' },
  },
  summary:
    'raises the learning rate from update to update and says which rates suit the model, how sure that is and why',
  example: 'anneal range-test spec.json --steps 300 --repeats 3',
  notes: [
    'SPEC is that of a run; it needs no schedule and no budget, and all that is in it (batch size, optimizer, weight decay) counts.',
    'Where a curve says nothing, no rate is suggested, and why: that is a result, status 0.',
    'The test is a run: it is listed, compared, exported and deleted as any other. Interrupted, it begins again with resume.',
  ],
  async run({ words: [path], options, data, json, io }) {
    const fields = fieldsOf(options)
    const { given, spec } = await givenSpec(path!, options.set, io, (given) => {
      const whole = rangeTestSpec(given, fields)
      return typeof whole === 'object' && whole !== null ? { ...whole, name: nameOf(given, options.name) } : whole
    })
    const { rangeTest } = spec
    return withCore(
      data,
      async (opened) => {
        const { transport } = opened
        const [row] = await follow(opened, io, () => transport.call('runs.create', { spec }))
        const { analysis, restored, evaluationLoss } = await transport.call('rangeTests.get', { run: row!.id })
        const max = analysis?.max ?? null
        const wanted = options.confirm && row!.status === 'finished'
        const confirm =
          wanted && max !== null
            ? await follow(opened, io, () => transport.call('rangeTests.confirm', { run: row!.id }))
            : null
        const status = endStatus([row!, ...(confirm ?? [])])
        if (json) {
          io.out(toJson({ run: row!.id, status: row!.status, restored, evaluationLoss, ...analysis, confirm }))
          return status
        }
        const width = io.outWidth()
        io.out(`${printable(row!.name)} (${row!.id}): ${sweptText(rangeTest!)}\n\n`)
        io.out(
          analysis ? rangeTestText(analysis, rangeTest!, width) : 'It has recorded too few updates to say anything\n',
        )
        if (confirm) io.out(`\n${confirmText(confirm, width)}`)
        else if (wanted) io.out('\nThere is no maximum to confirm\n')
        if (max !== null) io.out(`\nTo train with it: ${trainCommand(path!, given, options.set, max)}\n`)
        return status
      },
      { create: true },
    )
  },
})
