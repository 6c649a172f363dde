import { onMounted, onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { RUN_COLOURS, runStyle } from './run-colour'
import type { QuantityColour, SeriesColour } from './types'

/** All that a chart needs to know about looks; read from the design tokens, never written in chart code. */
export interface ChartTheme {
  grid: string
  panel: string
  axis: string
  cross: string
  diverged: string
  divergedTint: string
  phaseTint: string
  lr: string
  runs: string[]
  quantities: Record<QuantityColour['quantity'], string>
  line: number
  lineFocus: number
  ghost: number
  /** One pixel of the screen. */
  thin: number
  ghostAlpha: number
  dimAlpha: number
  bandAlpha: number
  /** Dash patterns of runs 1 to 12, 13 to 24 and 25 to 36. */
  dashes: ('solid' | number[])[]
}

const numbers = (text: string): number[] => text.trim().split(/\s+/).map(Number)

/** Reads the tokens that apply to an element. Cheap, but not for each frame: once per theme change. */
export function readTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(name).trim()
  const size = (name: string) => Number.parseFloat(token(name))
  return {
    grid: token('--ch-grid'),
    panel: token('--bg-panel'),
    axis: token('--ch-axis'),
    cross: token('--ch-cross'),
    diverged: token('--st-diverged'),
    divergedTint: token('--st-diverged-bg'),
    phaseTint: token('--bg-sunken'),
    lr: token('--lr'),
    runs: Array.from({ length: RUN_COLOURS }, (_, i) => token(`--run-${i + 1}`)),
    quantities: {
      train: token('--q-train'),
      val: token('--q-val'),
      lr: token('--lr'),
      momentum: token('--q-momentum'),
      grad: token('--q-grad'),
      context: token('--ch-context'),
    },
    line: size('--chart-line'),
    lineFocus: size('--chart-line-focus'),
    ghost: size('--chart-ghost'),
    thin: 1 / (window.devicePixelRatio || 1),
    ghostAlpha: size('--chart-ghost-alpha'),
    dimAlpha: size('--chart-dim-alpha'),
    bandAlpha: size('--chart-band-alpha'),
    dashes: ['solid', numbers(token('--dash-2')), numbers(token('--dash-3'))],
  }
}

export const colourOf = (colour: SeriesColour, theme: ChartTheme): string =>
  'run' in colour ? theme.runs[runStyle(colour.run).colour - 1]! : theme.quantities[colour.quantity]

export const dashOf = (colour: SeriesColour, theme: ChartTheme): 'solid' | number[] =>
  'run' in colour ? theme.dashes[colour.dash ?? runStyle(colour.run).dash]! : 'solid'

/** The theme as the page shows it now; null until mounted. Follows `data-theme` on the root element. */
export function useChartTheme(): ShallowRef<ChartTheme | null> {
  const theme = shallowRef<ChartTheme | null>(null)
  const read = () => (theme.value = readTheme(document.documentElement))
  const observer = new MutationObserver(read)
  onMounted(() => {
    read()
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class'] })
  })
  onScopeDispose(() => observer.disconnect())
  return theme
}
