import { type ShallowRef, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import { type Anchor, pointAnchor } from '../../components/place-by'
import { useExportDialog } from '../../export/export-dialog'
import { useCompareChoice } from '../../stores/compare-choice'
import { useFrame } from '../../stores/frame'
import { countOf } from '../../format/run-words'
import { panelOf, type RunCommand, type RunPanelPage } from './run-menu'
import type { RunActions } from './use-run-actions'

/** A small panel that is open over the page: what it shows, for which runs, and where. */
export interface OpenPanel {
  page: RunPanelPage
  runs: readonly string[]
  anchor: Anchor
}

export interface RunPanels {
  panel: ShallowRef<OpenPanel | null>
  open(page: RunPanelPage, runs: readonly string[], at: HTMLElement | MouseEvent): void
  close(): void
  /** Does what a menu or a bar asks for; `at` is where a panel would open. */
  command(command: RunCommand, runs: readonly string[], at?: HTMLElement): void
}

/** The panels and commands of runs that were chosen: one way from the menu, the bar and the keys. */
export function useRunPanel(actions: RunActions, rename: (run: string) => void): RunPanels {
  const router = useRouter()
  const frame = useFrame()
  const choice = useCompareChoice()
  const exports = useExportDialog()
  const panel = shallowRef<OpenPanel | null>(null)

  function open(page: RunPanelPage, runs: readonly string[], at: HTMLElement | MouseEvent): void {
    if (!runs.length) return
    const anchor = at instanceof MouseEvent ? pointAnchor(at.clientX, at.clientY) : at.getBoundingClientRect()
    panel.value = { page, runs: [...runs], anchor }
  }

  function compare(runs: readonly string[]): void {
    if (runs.length > 1) {
      choice.set(runs)
      return void router.push({ name: 'compare' })
    }
    choice.add(runs)
    frame.say(`${countOf(choice.ids.length, 'run')} chosen for Compare`)
  }

  async function copy(runs: readonly string[]): Promise<void> {
    await navigator.clipboard.writeText(runs.join('\n'))
    frame.say(runs.length === 1 ? 'Id copied' : `${countOf(runs.length, 'id')} copied`)
  }

  function command(what: RunCommand, runs: readonly string[], at?: HTMLElement): void {
    const page = panelOf(what)
    const first = runs[0]
    if (!first) return
    if (page) return void (at && open(page, runs, at))
    const acts: Partial<Record<RunCommand, () => unknown>> = {
      open: () => router.push({ name: 'run', params: { run: first } }),
      compare: () => compare(runs),
      draw: () => actions.draw(runs, true),
      undraw: () => actions.draw(runs, false),
      rename: () => rename(first),
      pin: () => actions.change(runs, { pinned: true }, 'pinned to the top'),
      unpin: () => actions.change(runs, { pinned: false }, 'unpinned'),
      hide: () => actions.hide(runs),
      unhide: () => actions.change(runs, { hidden: false }, 'in the table again'),
      recipe: () => exports.open(runs),
      copy: () => copy(runs),
      delete: () => actions.remove(runs),
    }
    void acts[what]?.()
  }

  return { panel, open, close: () => void (panel.value = null), command }
}
