import { describe, expect, it } from 'vitest'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { parseFromTrainer, parseToTrainer, PROTOCOL_VERSION } from '../../src/core/jobs/protocol'
import { runTrainer } from '../../src/core/jobs/trainer'
import { TINY } from './workspace'

const header = { v: PROTOCOL_VERSION, job: 'aaaa0001' }
const start = { ...header, type: 'start', spec: parseRunSpec(TINY), checkpoints: { folder: '/nowhere', resume: [] } }
const facts = { engine: {}, dataset: {}, environment: {}, parameters: 1, totalSteps: 50 }
const ready = { ...header, type: 'ready', info: { ...facts, start: { step: 0, evaluationDue: false } } }

describe('a message of a trainer', () => {
  const end = (of: object) => ({ ...header, type: 'end', seq: 1, end: of })
  it.each<[string, unknown]>([
    ['ready', ready],
    ['an end', end({ status: 'finished' })],
    ['an end that diverged', end({ status: 'diverged', step: 7 })],
    ['an end that failed', end({ status: 'failed', error: { code: 'engine.failed', message: 'x', details: {} } })],
  ])('is taken: %s', (_, message) => expect(parseFromTrainer(message)).toEqual(message))
  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'batch'],
    ['a failure without an error, which would leave the run without a reason', end({ status: 'failed' })],
    ['a failure without words', end({ status: 'failed', error: { code: 'internal', message: '' } })],
    ['a divergence at no step', end({ status: 'diverged' })],
    ['an end that is none', end({ status: 'running' })],
    ['ready without a number of updates', { ...ready, info: { ...ready.info, totalSteps: undefined } }],
    ['ready with updates that no disk counts', { ...ready, info: { ...ready.info, totalSteps: 1e300 } }],
    ['ready with facts of a run that are not its own', { ...ready, info: { ...ready.info, status: 'finished' } }],
    ['a number of a batch beyond what numbers count', { ...header, type: 'batch', seq: 2 ** 53, steps: 1, frames: [] }],
    ['no run', { ...end({ status: 'finished' }), job: '' }],
  ])('is refused: %s', (_, message) => expect(parseFromTrainer(message)).toBeNull())
})

describe('a trainer', () => {
  /** What it says and how it ends, when it is told these things. */
  const told = (...messages: unknown[]) => {
    const said: string[] = []
    const codes: number[] = []
    let hear: (message: unknown) => void = () => {}
    runTrainer(
      { send: ({ type }) => said.push(type), onMessage: (listener) => (hear = listener), onLost: () => {} },
      () => new Promise(() => {}),
      (code) => codes.push(code),
    )
    messages.forEach((message) => hear(message))
    return { said, codes }
  }
  it('begins when it is told to', () => expect(told(start)).toEqual({ said: ['hello'], codes: [] }))
  it('may be told to stop before', () => expect(told({ ...header, type: 'stop' }).codes).toEqual([]))
  it.each<[string, unknown[]]>([
    ['to train a second run', [start, start]],
    ['something of another version', [{ ...start, v: 1 }]],
    ['nothing', [null]],
    ['what it does not know', [{ ...header, type: 'delete' }]],
    ['that a batch is stored that cannot be', [start, { ...header, type: 'ack', seq: -1 }]],
  ])('ends with status 64 where it is told %s', (_, messages) => expect(told(...messages).codes).toEqual([64]))
  it('takes a message to it for one only where it is whole', () => {
    expect(parseToTrainer(start)).toEqual(start)
    expect(parseToTrainer({ ...start, checkpoints: { folder: '/nowhere', resume: [7] } })).toBeNull()
  })
})
