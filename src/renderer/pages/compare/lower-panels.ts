import type { ChosenRun } from './chosen-run'

/** Panels that the two lower places of Compare can show. */
export const LOWER_PANELS = [
  { id: 'parallel', label: 'Parallel' },
  { id: 'scatter', label: 'Scatter' },
  { id: 'map', label: 'Map' },
  { id: 'bars', label: 'Bars' },
  { id: 'target', label: 'Target' },
] as const

export type LowerPanelId = (typeof LOWER_PANELS)[number]['id']

/** What every lower panel is given; its own state is any JSON, kept in the address and in saved views. */
export interface LowerPanelProps {
  chosen: readonly ChosenRun[]
  /** Which runs stand behind the chosen ones, in the filter language. */
  filter: string
  state: unknown
  /** Filter text of what is brushed on the page now; a panel whose brush it no longer is clears it. */
  brush?: string
}

/** What every lower panel may say: filters of brushes are '' where nothing is brushed. */
export interface LowerPanelEvents {
  'update:state': [state: unknown]
  brush: [filter: string]
  focus: [run: string | null]
  choose: [runs: string[]]
  /** Of the chosen runs, keep those under the brush. */
  keep: []
}
