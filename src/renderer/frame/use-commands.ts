import { computed, type ComputedRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import type { RunRow } from '../../core/domain/run'
import { useQuery } from '../composables/use-query'
import { useTheme } from '../composables/use-theme'
import { useImport } from '../export/use-import'
import { useFrame } from '../stores/frame'
import { SCREENS } from './screens'

/** One line of the command list. */
export interface CommandEntry {
  key: string
  label: string
  keys?: string
  run?: RunRow
  act: () => void
}

const MOST_RUNS = 8

/** Screens, commands and runs whose name contains all words of the text; runs only while the list is open. */
export function useCommands(text: Ref<string>, open: Ref<boolean>): ComputedRef<CommandEntry[]> {
  const router = useRouter()
  const frame = useFrame()
  const importer = useImport()
  const { theme, toggle } = useTheme()
  const runs = useQuery('runs.list', () => (open.value ? { filter: nameFilter(text.value), limit: MOST_RUNS } : null))

  const newTest = () => void router.push({ name: 'lab' }).then(() => (frame.dialog = 'new-test'))
  const fixed: CommandEntry[] = [
    ...SCREENS.map(({ route, label, keys }) => ({
      key: route,
      label: `Go to ${label}`,
      keys,
      act: () => void router.push({ name: route }),
    })),
    { key: 'new-test', label: 'New range test', act: newTest },
    { key: 'import', label: 'Open a bundle, run spec or recipe', act: () => void importer.choose() },
    { key: 'theme', label: 'Light or dark', keys: 'Ctrl+Shift+l', act: toggle },
    { key: 'theme-system', label: 'Theme as the system', act: () => (theme.value = 'system') },
    { key: 'settings', label: 'Settings', keys: 'Ctrl+,', act: () => (frame.dialog = 'settings') },
    { key: 'keys', label: 'Keys of this screen', keys: '?', act: () => (frame.dialog = 'keys') },
  ]
  const matches = ({ label }: CommandEntry) => words(text.value).every((word) => label.toLowerCase().includes(word))
  const entryOf = (run: RunRow): CommandEntry => ({
    key: run.id,
    label: run.name,
    run,
    act: () => void router.push({ name: 'run', params: { run: run.id } }),
  })

  // Runs are filtered here too: until the answer to the last letter is there, Enter must not take what it will leave out.
  return computed(() => [...fixed, ...(runs.data.value?.rows ?? []).map(entryOf)].filter(matches))
}

const words = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean)

/** The filter for runs whose name contains every word. */
const nameFilter = (text: string): string =>
  words(text)
    .map((word) => `name ~ ${JSON.stringify(word)}`)
    .join(' and ')
