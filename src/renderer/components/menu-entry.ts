import type { IconName } from './icon-paths'

/** One command of a menu. */
export interface MenuEntry<Key extends string = string> {
  key: Key
  label: string
  icon?: IconName
  /** Key that does the same, as KeyCap writes it. */
  keys?: string
  checked?: boolean
  disabled?: boolean
  /** Opens another panel. */
  opens?: boolean
  /** A line is drawn above. */
  begins?: boolean
}
