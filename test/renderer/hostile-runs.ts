import type { Frame } from '../../src/core/domain/metrics'
import type { RunStatus } from '../../src/core/domain/run'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import type { Storage } from '../../src/core/storage/types'

/** What each attack would do if it were taken for anything but text. */
const ATTACK = 'window.pwned=1'

export interface HostileRun {
  id: string
  name: string
  group?: string
  tags?: string[]
  notes?: string
  status?: RunStatus
  divergedAt?: number
  seed?: number
  frames?: Frame[]
}

/** A frame of one or several metrics that share their steps. */
const frame = (track: string, steps: number[], columns: Record<string, number[]>): Frame => ({
  track,
  metrics: Object.keys(columns),
  n: steps.length,
  data: Float64Array.from([...steps, ...steps.map((t) => 1.7e12 + 50 * t), ...Object.values(columns).flat()]),
})

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

/** All that a trainer records at an update, with this loss; the rest is usual. */
function updates(steps: number[], loss: (i: number) => number): Frame {
  const all = (value: number) => steps.map(() => value)
  return frame('update', steps, {
    'train/loss': steps.map((_, i) => loss(i)),
    'train/accuracy': all(0.5),
    lr: all(0.1),
    momentum: all(0.9),
    'grad/norm': all(1),
    'step/time': all(5),
  })
}

function evaluations(steps: number[], value: (i: number) => number): Frame {
  return frame('evaluation', steps, {
    'validation/loss': steps.map((_, i) => value(i)),
    'validation/accuracy': steps.map((_, i) => value(i)),
  })
}

const fall = (i: number) => 2.3 / (1 + i / 10)
const ordinary = () => [updates(upTo(60), fall), evaluations([19, 39, 59], (i) => 0.5 + 0.1 * i)]

/** Names in which somebody tries to be more than text. */
const NAMED: HostileRun[] = [
  { id: 'script00', name: `<script>${ATTACK}</script><img src=x onerror="${ATTACK}">` },
  { id: 'svg00000', name: `"'><svg onload=${ATTACK}></style></textarea><b>bold</b>&lt;&amp;` },
  { id: 'template', name: `{{ constructor.constructor('${ATTACK}')() }} \${${ATTACK}} javascript:${ATTACK}` },
  { id: 'arabic00', name: 'تجربة معدل التعلم 0.1 ثم 0.01', group: 'ניסוי' },
  { id: 'override', name: 'run \u202Egnp.exe\u202C \u2067isolated\u2069 \u200Bend', group: '\u202Egroup' },
  { id: 'emoji000', name: '👩‍👩‍👧‍👦 🏳️‍🌈 Z̷̢̛͎a̵̛l̶g̸o̷ 𝕏', tags: ['🔥', '🏳️‍🌈'] },
  { id: 'bytes256', name: 'W'.repeat(256), group: 'ä'.repeat(128), tags: ['t'.repeat(64), '💥'.repeat(16)] },
  { id: 'control0', name: 'two\nlines\tand a tab', notes: 'first\n\n\tsecond' },
  {
    id: 'tagged00',
    name: 'hostile tags and notes',
    group: `<img src=x onerror="${ATTACK}">`,
    tags: [`<b onmouseover="${ATTACK}">x</b>`, '__proto__', 'constructor', '"; drop table run; --', ' '],
    notes: `<script>${ATTACK}</script>\n[link](javascript:${ATTACK})\n${'long '.repeat(4000)}`,
  },
].map((run) => ({ frames: ordinary(), ...run }))

const STRANGE_NAMES = [
  `<img src=x onerror="${ATTACK}">`,
  '__proto__',
  'constructor',
  'toString',
  '\u202Eedirrevo',
  'm'.repeat(256),
  'a/b/c/d',
  'with space',
  '👾',
]

const TINY_TO_HUGE = upTo(601).map((i) => 10 ** (i - 300))

/** Series in which somebody records what nobody expects. */
const RECORDED: HostileRun[] = [
  {
    id: 'metrics2',
    name: '2 000 metrics',
    frames: [
      ...ordinary(),
      frame(
        'many',
        [0, 1, 2],
        Object.fromEntries(upTo(2000).map((i) => [`layer${String(i).padStart(4, '0')}/norm`, [i, i + 1, i + 2]])),
      ),
    ],
  },
  {
    id: 'strange0',
    name: 'metrics with strange names',
    frames: [
      ...ordinary(),
      frame('strange', [0, 1, 2], Object.fromEntries(STRANGE_NAMES.map((name, i) => [name, [i, NaN, i + 1]]))),
    ],
  },
  { id: 'nothing0', name: 'no points at all', status: 'finished' },
  { id: 'failed00', name: 'failed before the first point', status: 'failed' },
  { id: 'allnan00', name: 'nothing but NaN', frames: [updates(upTo(80), () => NaN), evaluations([39, 79], () => NaN)] },
  { id: 'infinite', name: 'nothing but infinity', frames: [updates(upTo(50), (i) => (i % 2 ? Infinity : -Infinity))] },
  { id: 'constant', name: 'constant', frames: [updates(upTo(200), () => 0), evaluations([99, 199], () => 0)] },
  { id: 'onepoint', name: 'one point', frames: [updates([0], () => 1.5), evaluations([0], () => 0.5)] },
  {
    id: 'backward',
    name: 'steps that go back',
    frames: [updates([...upTo(60), ...upTo(60).map((i) => i + 20)], fall), evaluations([50, 20, 50, 10], () => 0.4)],
  },
  {
    id: 'twice000',
    name: 'all at step 0',
    frames: [
      updates(
        upTo(40).map(() => 0),
        fall,
      ),
      evaluations([0, 0, 0], (i) => 0.3 + 0.1 * i),
    ],
  },
  {
    id: 'extremes',
    name: 'from 1e-300 to 1e300',
    frames: [
      updates(upTo(601), (i) => TINY_TO_HUGE[i]!),
      evaluations([0, 1, 2, 3, 4, 5], (i) => [5e-324, 1e-300, -1e300, 1.7976931348623157e308, -0, 1e300][i]!),
    ],
  },
  {
    id: 'farsteps',
    name: 'steps up to 2^53',
    frames: [updates([0, 1, 1e6, 1e12, 2 ** 53 - 1], fall), evaluations([-5, 0.5, 2 ** 53 - 1], () => 0.2)],
  },
  {
    id: 'diverged',
    name: 'diverged at once',
    status: 'diverged',
    divergedAt: 0,
    frames: [updates([0], () => NaN)],
  },
]

export const HOSTILE: HostileRun[] = [...NAMED, ...RECORDED]

/** Stores hostile runs as training would; each is an hour newer than the one before. */
export function storeHostile(storage: Storage): void {
  HOSTILE.forEach(({ id, name, group = '', tags = [], notes = '', status = 'finished', divergedAt, frames }, i) => {
    const spec = parseRunSpec({
      name,
      group,
      tags,
      notes,
      dataset: { kind: 'glyphs' },
      model: { preset: 'mlp' },
      schedule: { kind: 'one-cycle', maxLr: 0.1 * (i + 1) },
      budget: { steps: 60 },
    } satisfies RunSpecInput)
    const createdAt = 1.7e12 + i * 3.6e6
    storage.runs.create({ id, spec, name, totalSteps: 60, peakLr: 0.1 * (i + 1), createdAt })
    storage.runs.setStatus(id, 'running', { startedAt: createdAt })
    if (frames) storage.metrics.append(id, frames, frames[0]!.n)
    storage.metrics.seal(id)
    storage.runs.setStatus(id, status, {
      endedAt: createdAt + 3000,
      ...(status === 'failed' && { reason: `<b>${ATTACK}</b> \u202Enosaer` }),
      ...(divergedAt !== undefined && { divergedAt }),
    })
  })
}
