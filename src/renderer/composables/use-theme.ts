import { computed, type Ref, ref, watch } from 'vue'

export type Theme = 'light' | 'dark' | 'system'
export type Motion = 'full' | 'reduced'

const THEMES: readonly Theme[] = ['light', 'dark', 'system']
const stored = <T extends string>(key: string, allowed: readonly T[], fallback: T): T => {
  const value = localStorage.getItem(key) as T | null
  return value && allowed.includes(value) ? value : fallback
}

const prefersDark = matchMedia('(prefers-color-scheme: dark)')
const systemIsDark = ref(prefersDark.matches)
prefersDark.addEventListener('change', ({ matches }) => (systemIsDark.value = matches))

const theme = ref<Theme>(stored('anneal.theme', THEMES, 'system'))
const motion = ref<Motion>(stored('anneal.motion', ['full', 'reduced'], 'full'))
const isDark = computed(() => (theme.value === 'system' ? systemIsDark.value : theme.value === 'dark'))

watch(
  [isDark, motion],
  () => {
    const root = document.documentElement
    root.dataset.theme = isDark.value ? 'dark' : 'light'
    root.dataset.motion = motion.value
    // Element Plus looks for this class.
    root.classList.toggle('dark', isDark.value)
  },
  { immediate: true, flush: 'sync' },
)
watch(theme, (value) => localStorage.setItem('anneal.theme', value))
// The window's frame, menus and first colour follow the page's choice.
watch(theme, (value) => void window.anneal?.prefer({ theme: value }), { immediate: true })
watch(motion, (value) => localStorage.setItem('anneal.motion', value))

/** The page's theme and motion, kept on this machine; one state for the whole page. */
export function useTheme(): { theme: Ref<Theme>; motion: Ref<Motion>; isDark: Ref<boolean>; toggle(): void } {
  return { theme, motion, isDark, toggle: () => void (theme.value = isDark.value ? 'light' : 'dark') }
}
