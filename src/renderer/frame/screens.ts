import type { IconName } from '../components/icon-paths'

/** The screens of the rail, in its order; a screen is listed when it exists. */
export const SCREENS: readonly { route: string; label: string; icon: IconName; keys: string }[] = [
  { route: 'new-run', label: 'New run', icon: 'plus', keys: 'n' },
  { route: 'runs', label: 'Runs', icon: 'list', keys: 'Ctrl+2' },
  { route: 'compare', label: 'Compare', icon: 'compare', keys: 'Ctrl+3' },
  { route: 'lab', label: 'LR Lab', icon: 'lab', keys: 'Ctrl+4' },
]
