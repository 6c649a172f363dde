import type { MenuEntry } from '../../components/menu-entry'
import { countOf } from '../../format/run-words'

/** What the menu of runs can do; those of `RunPanelPage` open another panel. */
export type RunCommand =
  | 'open'
  | 'compare'
  | 'draw'
  | 'undraw'
  | 'rename'
  | 'notes'
  | 'tags'
  | 'group'
  | 'colour'
  | 'pin'
  | 'unpin'
  | 'hide'
  | 'unhide'
  | 'recipe'
  | 'table'
  | 'copy'
  | 'more'
  | 'delete'

export const RUN_PANELS = ['tags', 'group', 'colour', 'notes', 'table'] as const
/** What a panel over the page shows: the menu, or what one of its lines opens. */
export type RunPanelPage = 'menu' | (typeof RUN_PANELS)[number]

/** The panel that a command opens; null for one that does something at once. */
export function panelOf(command: RunCommand): RunPanelPage | null {
  return command === 'more' ? 'menu' : (RUN_PANELS.find((panel) => panel === command) ?? null)
}

/** Files that the columns of the table can be saved as. */
export const TABLE_FORMATS: MenuEntry<'csv' | 'parquet' | 'markdown'>[] = [
  { key: 'csv', label: 'CSV, exact numbers' },
  { key: 'parquet', label: 'Parquet, exact numbers' },
  { key: 'markdown', label: 'Markdown, as text' },
]

/** What the menu must know of the runs that it is for. */
export interface RunFacts {
  count: number
  drawn: boolean
  pinned: boolean
  hidden: boolean
}

/** The menu of one run, or of several. */
export function runMenu({ count, drawn, pinned, hidden }: RunFacts): MenuEntry<RunCommand>[] {
  const one = count === 1
  const of = one ? '' : ` ${countOf(count, 'run')}`
  const alone: MenuEntry<RunCommand>[] = [{ key: 'open', label: 'Open', icon: 'enter', keys: 'Enter' }]
  const naming: MenuEntry<RunCommand>[] = [
    { key: 'rename', label: 'Rename', keys: 'r', begins: true },
    { key: 'notes', label: 'Notes…', opens: true },
  ]
  return [
    ...(one ? alone : []),
    { key: 'compare', label: one ? 'Add to Compare' : `Compare${of}`, icon: 'compare', ...(!one && { keys: 'c' }) },
    drawn
      ? { key: 'undraw', label: 'Take out of charts', ...(one && { keys: 'Space' }) }
      : { key: 'draw', label: 'Draw in charts', ...(one && { keys: 'Space' }) },
    ...(one ? naming : []),
    { key: 'tags', label: 'Tags…', keys: 't', begins: !one },
    { key: 'group', label: 'Group…', opens: true },
    { key: 'colour', label: 'Colour…', opens: true },
    pinned ? { key: 'unpin', label: 'Unpin', begins: true } : { key: 'pin', label: 'Pin to the top', begins: true },
    hidden ? { key: 'unhide', label: 'Show in the table again' } : { key: 'hide', label: 'Hide from the table' },
    { key: 'recipe', label: one ? 'Take settings home…' : 'Take best settings home…', icon: 'export', begins: true },
    { key: 'table', label: 'Save as a table…', opens: true },
    { key: 'copy', label: one ? 'Copy id' : 'Copy ids', icon: 'copy' },
    { key: 'delete', label: `Delete${of}`, icon: 'trash', keys: 'Delete', begins: true },
  ]
}
