import { type Frame, METRIC } from '../domain/metrics'
import type { RunProgress } from '../domain/run'

/** The rate is measured over the last few seconds, so that it follows what happens now. */
const WINDOW_MS = 5000

/** An estimate from fewer updates is noise. */
const UPDATES_BEFORE_ESTIMATE = 20

/** Turns batches into where a run is now: rate over a sliding window, time left, last values. */
export class ProgressMeter {
  private readonly samples: { at: number; steps: number }[] = []
  private loss = NaN
  private lr = NaN
  private validationAccuracy: number | null = null
  private phase: string | null = null
  private counts: Record<string, number> = {}
  private waits: string | null = null

  constructor(
    private readonly run: string,
    private totalSteps: number,
    private steps: number,
  ) {}

  /** Before the first update: what the trainer is busy with. */
  loading(what: string): void {
    this.phase = what
  }

  /** What it waits for; null where it goes on. The time until then says nothing about its speed. */
  waitFor(what: string | null): void {
    if (what === null) this.samples.length = 0
    this.waits = what
  }

  /** Everything is there: the run begins after `steps` of its updates. */
  plan(totalSteps: number, steps: number): void {
    this.totalSteps = totalSteps
    this.steps = steps
  }

  /** @param now in ms of a clock that leaves sleep out: a night of it is no slow update */
  add(now: number, steps: number, frames: Frame[], counts: Record<string, number>): void {
    this.steps = steps
    this.phase = null
    this.counts = { ...this.counts, ...counts }
    for (const frame of frames) {
      const last = (metric: string): number | undefined => {
        const column = frame.metrics.indexOf(metric)
        return column < 0 ? undefined : frame.data[(column + 3) * frame.n - 1]
      }
      this.loss = last(METRIC.trainLoss) ?? this.loss
      this.lr = last(METRIC.lr) ?? this.lr
      this.validationAccuracy = last(METRIC.validationAccuracy) ?? this.validationAccuracy
    }
    this.samples.push({ at: now, steps })
    while (this.samples.length > 2 && this.samples[0]!.at < now - WINDOW_MS) this.samples.shift()
  }

  get now(): RunProgress {
    const first = this.samples[0]
    const last = this.samples.at(-1)
    const ms = first && last ? last.at - first.at : 0
    const stepsPerSecond = ms > 0 ? ((last!.steps - first!.steps) / ms) * 1000 : 0
    const known = this.waits === null && this.steps >= UPDATES_BEFORE_ESTIMATE && stepsPerSecond > 0
    return {
      run: this.run,
      phase: this.phase,
      ...(this.waits !== null && { waits: this.waits }),
      step: this.steps,
      totalSteps: this.totalSteps,
      stepsPerSecond: this.waits === null ? stepsPerSecond : 0,
      etaMs: known ? (Math.max(0, this.totalSteps - this.steps) / stepsPerSecond) * 1000 : null,
      loss: this.loss,
      lr: this.lr,
      validationAccuracy: this.validationAccuracy,
      counts: this.counts,
    }
  }
}
