import { onMounted, onScopeDispose } from 'vue'

/** Keys of a chart stack; what is absent is not handled. */
export interface ChartKeys {
  move(direction: 1 | -1, epoch: boolean): void
  pin(): void
  /** Returns false where there was nothing to free, so that Escape stays free for others. */
  free(): boolean
  reset(): void
  table(): void
}

/** Does the focused element want this key itself? */
const takesKeys = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  Boolean(
    target.closest(
      'input, textarea, select, [contenteditable], [role=slider], [role=radio], [role=tab], [role=menu], [role=dialog]',
    ),
  )

/** Listens on the page while `enabled`; single letters act only where no control has focus that uses them. */
export function useChartKeys(keys: ChartKeys, enabled: () => boolean): void {
  const actions: Record<string, (event: KeyboardEvent) => boolean | void> = {
    ArrowLeft: (event) => keys.move(-1, event.shiftKey),
    ArrowRight: (event) => keys.move(1, event.shiftKey),
    p: () => keys.pin(),
    v: () => keys.table(),
    0: () => keys.reset(),
    Escape: () => keys.free(),
  }
  const onKey = (event: KeyboardEvent) => {
    if (!enabled() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (takesKeys(event.target)) return
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (action && action(event) !== false) event.preventDefault()
  }
  onMounted(() => window.addEventListener('keydown', onKey))
  onScopeDispose(() => window.removeEventListener('keydown', onKey))
}
