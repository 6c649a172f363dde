import { createRng } from '../../../src/core/domain/rng'
import { createSchedule, type ScheduleSpec } from '../../../src/core/domain/schedules/registry'
import { sampleSchedule } from '../../../src/core/domain/schedules/schedule'
import type { ChartPanel, ChartSeries, ReadoutValue, Smoothing, XRange } from '../../../src/renderer/charts/types'

/** What a page of the fake shows: stacks side by side that share crosshair and zoom. */
export interface Scenario {
  stacks: ChartPanel[][]
  range: XRange
  smoothing: Smoothing
  epoch?: number
}

export type Values = ReadoutValue[]

const steps = (n: number, every = 1) => Float64Array.from({ length: Math.floor(n / every) }, (_, i) => i * every)

function loss(n: number, seed: number, end = 0.03): Float64Array {
  const rng = createRng(seed, 'loss')
  return Float64Array.from(
    { length: n },
    (_, t) => (end + 2.3 * Math.exp(-t / (n / 9))) * Math.exp(0.25 * rng.normal()),
  )
}

const panel = (id: string, title: string, more: Partial<ChartPanel> & { series: ChartSeries[] }): ChartPanel => ({
  id,
  title,
  scale: 'linear',
  format: 'number',
  share: 1,
  ...more,
})

/** Three runs with their schedules; the third diverges at step 137. */
function runs(): Scenario {
  const n = 1000
  const specs: ScheduleSpec[] = [
    {
      kind: 'one-cycle',
      maxLr: 0.4,
      anneal: 'cosine',
      div: 25,
      threePhase: false,
      momentum: { base: 0.85, max: 0.95 },
      convention: 'pytorch',
    },
    { kind: 'step', lr: 0.1, everySteps: 334, gamma: 0.1 },
    { kind: 'constant', lr: 0.8 },
  ]
  const names = ['onecycle-0.40', 'step-0.10', 'const-0.80']
  const stopped = [n, 620, 138]
  const of = (
    id: string,
    make: (i: number, done: number) => Partial<ChartSeries>,
    more: Partial<ChartPanel>,
  ): ChartPanel =>
    panel(id, more.title!, {
      ...more,
      series: names.map((label, i) => ({
        id: `run${i + 1}`,
        label,
        colour: { run: i + 1 },
        steps: steps(stopped[i]!),
        values: new Float64Array(),
        live: i === 1,
        diverged: i === 2 ? { x: 137, step: 137 } : null,
        ...make(i, stopped[i]!),
      })),
    })
  const sampled = specs.map((spec) => sampleSchedule(createSchedule(spec, n), n))
  const rest = (values: Float64Array, done: number) =>
    done < n && done > 200 ? { x: steps(n).subarray(done - 1), values: values.subarray(done - 1) } : undefined
  const lossPanel = of(
    'loss',
    (i, done) => {
      const values = loss(n, i + 1).slice(0, done)
      if (i === 2) for (let t = 118; t < 137; t++) values[t] = 0.5 * 1.25 ** (t - 118)
      if (i === 2) values[137] = NaN
      return { values, smoothed: true }
    },
    { title: 'Train loss', note: 'log', scale: 'log', format: 'loss', share: 228 },
  )
  const lr = of(
    'lr',
    (i, done) => ({
      values: sampled[i]!.lr.subarray(0, done),
      planned: rest(sampled[i]!.lr, done),
    }),
    {
      title: 'Learning rate',
      note: 'log, exact values, never smoothed',
      aside: ' ',
      scale: 'log',
      format: 'rate',
      share: 128,
    },
  )
  const accuracy = of(
    'accuracy',
    (i, done) => ({
      steps: steps(done, 25),
      values: steps(done, 25).map((t) => 0.992 - 0.6 * Math.exp(-t / 90) - 0.004 * i),
    }),
    { title: 'Validation accuracy', aside: 'every 25 steps', format: 'percent', fit: 'upper', share: 228 },
  )
  const momentum = of(
    'momentum',
    (i, done) => ({
      values: (sampled[i]!.momentum ?? new Float64Array(n).fill(0.9)).subarray(0, done),
    }),
    { title: 'Momentum', note: 'exact values, never smoothed', aside: ' ', format: 'momentum', share: 128 },
  )
  return {
    stacks: [
      [lossPanel, lr],
      [accuracy, momentum],
    ],
    range: { from: 0, to: n },
    smoothing: { kind: 'ema', amount: 0.97 },
    epoch: 235,
  }
}

/** 100 000 steps, one of them NaN, one a spike, one stretch of +Inf. */
function long(): Scenario {
  const n = 100_000
  const values = loss(n, 7, 0.5)
  values[41_137] = NaN
  values[70_001] = 40
  const blank = panel('loss', 'Loss', {
    format: 'loss',
    series: [{ id: 'a', label: 'a', colour: { quantity: 'train' }, steps: steps(n), values }],
  })
  const flat = panel('flat', 'Flat', {
    format: 'loss',
    series: [{ id: 'b', label: 'b', colour: { run: 3 }, steps: steps(n), values: new Float64Array(n).fill(1) }],
  })
  return { stacks: [[blank, flat]], range: { from: 0, to: n }, smoothing: { kind: 'none', amount: 0 } }
}

/** One run, live: every panel of the Run page. */
function run(): Scenario {
  const n = 4690
  const done = 3126
  const spec: ScheduleSpec = {
    kind: 'one-cycle',
    maxLr: 0.3,
    anneal: 'cosine',
    div: 25,
    threePhase: false,
    momentum: { base: 0.85, max: 0.95 },
    convention: 'pytorch',
  }
  const { lr, momentum } = sampleSchedule(createSchedule(spec, n), n)
  const line = (
    id: string,
    quantity: 'train' | 'val' | 'lr' | 'momentum' | 'grad',
    values: Float64Array,
    more: Partial<ChartSeries> = {},
  ): ChartSeries => ({
    id,
    label: id,
    colour: { quantity },
    steps: steps(values.length),
    values,
    ...more,
  })
  const rest = (values: Float64Array) => ({ x: steps(n).subarray(done - 1), values: values.subarray(done - 1) })
  const validation = steps(done, 67)
  const gap = loss(done, 5, 0.05)
  for (let t = 1500; t < 1640; t++) gap[t] = NaN
  gap[2500] = Infinity
  gap[2800] = 0
  return {
    stacks: [
      [
        panel('loss', 'Loss', {
          note: 'log',
          scale: 'log',
          format: 'loss',
          share: 250,
          legend: true,
          series: [
            line('train', 'train', gap, { smoothed: true, live: true }),
            line(
              'val',
              'val',
              validation.map((t) => 0.05 + 2 * Math.exp(-t / 500)),
              { steps: validation },
            ),
          ],
          marks: [
            { kind: 'phase', x: 0, label: 'warm-up' },
            { kind: 'phase', x: 1406, label: 'anneal' },
            { kind: 'best', x: 2680, label: 'best' },
          ],
        }),
        panel('accuracy', 'Validation accuracy', {
          format: 'percent',
          fit: 'upper',
          share: 150,
          aside: 'every 67 steps',
          series: [
            line(
              'val',
              'val',
              validation.map((t) => 0.9915 - 0.5 * Math.exp(-t / 300)),
              { steps: validation, best: { x: 2680, value: 0.9914 } },
            ),
          ],
          marks: [{ kind: 'phase', x: 1406 }],
        }),
        panel('lr', 'Learning rate', {
          note: 'log, exact',
          scale: 'log',
          format: 'rate',
          share: 140,
          aside: ' ',
          series: [line('lr', 'lr', lr.subarray(0, done), { live: true, planned: rest(lr) })],
          marks: [{ kind: 'phase', x: 1406 }],
        }),
        panel('momentum', 'Momentum', {
          note: 'exact',
          format: 'momentum',
          share: 100,
          aside: ' ',
          series: [line('momentum', 'momentum', momentum!.subarray(0, done), { live: true, planned: rest(momentum!) })],
        }),
        panel('grad', 'Gradient norm', {
          note: 'log',
          scale: 'log',
          format: 'number',
          share: 120,
          series: [line('grad', 'grad', loss(done, 9, 0.9), { smoothed: true, live: true })],
        }),
      ],
    ],
    range: { from: 0, to: n },
    smoothing: { kind: 'ema', amount: 0.97 },
    epoch: 469,
  }
}

/** One run of 100 000 equal values but for one NaN: only its mark can show it. */
function nan(): Scenario {
  const n = 100_000
  const values = new Float64Array(n).fill(1)
  values[NAN_STEP] = NaN
  const line = { id: 'a', label: 'a', colour: { run: 1 }, steps: steps(n), values }
  return {
    stacks: [[panel('loss', 'Loss', { format: 'loss', series: [line] })]],
    range: { from: 0, to: n },
    smoothing: { kind: 'none', amount: 0 },
  }
}
export const NAN_STEP = 41_137

/** Panels with labels of very different width, each with a spike at the same step. */
function aligned(): Scenario {
  const n = 1001
  const spike = (id: string, base: number, height: number, more: Partial<ChartPanel>): ChartPanel => {
    const values = new Float64Array(n).fill(base)
    values[SPIKE_STEP] = height
    return panel(id, id, { ...more, series: [{ id, label: id, colour: { run: 1 }, steps: steps(n), values }] })
  }
  const stack = [
    spike('a', 1e-7, 1, { scale: 'log', format: 'rate', share: 3 }),
    spike('b', 1e9, 4e9, { share: 2 }),
    spike('c', 0.5, 0.99, { format: 'percent', share: 1 }),
  ]
  return {
    stacks: [stack, [...stack].reverse()],
    range: { from: 0, to: n - 1 },
    smoothing: { kind: 'none', amount: 0 },
  }
}
export const SPIKE_STEP = 437

export const SCENARIOS: Record<string, () => Scenario> = { runs, long, run, nan, aligned }
