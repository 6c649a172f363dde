import { onScopeDispose } from 'vue'
import { useFrame } from '../stores/frame'

/** What a key does; false says that it did nothing, and the key stays free for others. */
type Bindings = Record<string, (event: KeyboardEvent) => unknown>

/** A key press as bindings write it: "j", "?", "Shift+Space", "Ctrl+Shift+l"; Cmd counts as Ctrl. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key
  const printsItsShift = event.key.length === 1 && key.toUpperCase() === key && event.key !== ' ' && !event.ctrlKey
  return [
    (event.ctrlKey || event.metaKey) && 'Ctrl',
    event.altKey && 'Alt',
    event.shiftKey && !printsItsShift && 'Shift',
    key,
  ]
    .filter(Boolean)
    .join('+')
}

const TEXT = 'input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]'
/** Elements that Space or Enter already mean something to. */
const ACTIVE = 'button, a[href], summary, input, [role=switch]'
/** Elements that arrow keys already mean something to. */
const ARROWS = 'input[type=range], [role=slider], [role=separator]'

const isPlain = (event: KeyboardEvent): boolean => !event.ctrlKey && !event.metaKey && !event.altKey

function belongsToFocus(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null
  if (!target) return false
  // A text field undoes what was typed in it.
  if (keyName(event) === 'Ctrl+z' && target.closest(TEXT)) return true
  if (!isPlain(event)) return false
  if (event.key !== 'Escape' && target.closest(TEXT)) return true
  if ((event.key === ' ' || event.key === 'Enter') && target.closest(ACTIVE)) return true
  return event.key.startsWith('Arrow') && Boolean(target.closest(ARROWS))
}

/**
 * Keys of a page or of the frame. Single keys act only when no text field has focus and no dialog is open; a binding
 * that acted keeps the browser's own meaning from happening.
 * @param options.always also while a dialog is open
 * @param options.last only where nothing else has acted on the key
 */
export function useKeys(bindings: Bindings, options: { always?: boolean; last?: boolean } = {}): void {
  const frame = useFrame()
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || belongsToFocus(event)) return
    if (frame.dialog && !options.always) return
    const act = bindings[keyName(event)]
    if (!act) return
    if (act(event) !== false) event.preventDefault()
  }
  // Others listen on the window too: what comes last waits until all of them have had the key.
  const later = (event: KeyboardEvent) => {
    if (!frame.dialog || options.always) setTimeout(() => onKey(event))
  }
  const listener = options.last ? later : onKey
  window.addEventListener('keydown', listener)
  onScopeDispose(() => window.removeEventListener('keydown', listener))
}
