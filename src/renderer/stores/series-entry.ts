import type { SeriesData, SeriesViewData } from '../../core/api/contract'
import { GrowingColumn } from './growing-column'

/** Above this many points a metric is drawn from extremes that the core picks, until zooming makes it few. */
export const EXACT_POINTS = 50_000

/** A series that something on the page draws. */
export interface Wanted {
  run: string
  metric: string
  /** Points recorded so far, as the run's row says. */
  count: number
  /** Every point even where there are many: for an x axis that needs each point's time. */
  exact?: boolean
  /** The part in view; matters for overviews only. */
  window?: { from: number; to: number } | null
}

/** What has arrived of a series. Arrays are replaced when it grows, never changed. */
export interface LoadedSeries {
  steps: Float64Array
  values: Float64Array
  /** Wall times of the points in ms; null for an overview. */
  times: Float64Array | null
  /** Of how many points an overview shows the extremes; null where every point is here. */
  overview: { total: number; drawn: number } | null
}

/** One series: what is here, and whether there is more to fetch. */
export class SeriesEntry {
  readonly run: string
  readonly metric: string
  private steps = new GrowingColumn()
  private times = new GrowingColumn()
  private values = new GrowingColumn()
  private known = 0
  private exact = false
  private window: { from: number; to: number } | null = null
  private shown: LoadedSeries | null = null
  /** There may be points that are not here. */
  stale = true

  constructor(wanted: Wanted) {
    this.run = wanted.run
    this.metric = wanted.metric
    this.want(wanted)
  }

  want({ count, exact = false, window = null }: Wanted): void {
    const before = [this.isOverview, this.window?.from, this.window?.to].join()
    this.exact = exact
    this.window = window
    this.recorded(count)
    if (before !== [this.isOverview, window?.from, window?.to].join() && (this.isOverview || this.shown?.overview))
      this.stale = true
  }

  /** The same wish with nothing here yet. */
  anew(): SeriesEntry {
    const { run, metric, exact, window } = this
    return new SeriesEntry({ run, metric, count: 0, exact, window })
  }

  /** The core has this many points. */
  recorded(count: number): void {
    if (count > this.known) this.known = count
    if (this.known > (this.isOverview ? (this.shown?.overview?.total ?? 0) : this.cursor)) this.stale = true
  }

  get isOverview(): boolean {
    return !this.exact && this.known > EXACT_POINTS
  }

  /** Ordinal of the first point that is not here. */
  get cursor(): number {
    return this.steps.length
  }

  get range(): { from: number; to: number } | null {
    return this.window
  }

  /** Takes new points; false where they do not follow those that are here. */
  append(part: SeriesData): boolean {
    if (part.ordinal !== this.cursor) return false
    if (part.steps.length || !this.shown || this.shown.overview) {
      this.steps.append(part.steps)
      this.times.append(part.times)
      this.values.append(part.values)
      this.shown = {
        steps: this.steps.view(),
        times: this.times.view(),
        values: this.values.view(),
        overview: null,
      }
    }
    return true
  }

  show({ x, y, total, drawn }: SeriesViewData): void {
    // Up to 50 000 points that nothing draws any more; where they are wanted again they come again.
    if (this.cursor) {
      this.steps = new GrowingColumn()
      this.times = new GrowingColumn()
      this.values = new GrowingColumn()
    }
    this.shown = { steps: x, values: y, times: null, overview: { total, drawn } }
  }

  get loaded(): LoadedSeries | null {
    return this.shown
  }
}
