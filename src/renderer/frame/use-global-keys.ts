import { useRouter } from 'vue-router'
import { useKeys } from '../composables/use-keys'
import { useTheme } from '../composables/use-theme'
import { useFrame } from '../stores/frame'

/** The keys that mean the same on every screen. */
export function useGlobalKeys(): void {
  const router = useRouter()
  const frame = useFrame()
  const { toggle } = useTheme()
  const go = (name: string) => () => {
    frame.dialog = null
    void router.push({ name })
  }
  useKeys({
    n: go('new-run'),
    'Ctrl+1': go('new-run'),
    'Ctrl+2': go('runs'),
    'Ctrl+3': go('compare'),
    'Ctrl+4': go('lab'),
    '?': () => (frame.dialog = 'keys'),
    'Ctrl+z': () => frame.undo(),
  })
  useKeys(
    {
      'Ctrl+k': () => (frame.dialog = frame.dialog === 'command' ? null : 'command'),
      'Ctrl+,': () => (frame.dialog = 'settings'),
      'Ctrl+Shift+l': toggle,
    },
    { always: true },
  )
}
