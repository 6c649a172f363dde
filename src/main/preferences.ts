import { readFileSync, writeFileSync } from 'node:fs'

export const THEMES = ['system', 'light', 'dark'] as const

/** What main itself has to know of the page's settings, before there is a page. */
export interface Preferences {
  theme: (typeof THEMES)[number]
  /** Runs are stopped after a checkpoint on battery and go on with mains power. */
  pauseOnBattery: boolean
}

const DEFAULTS: Preferences = { theme: 'system', pauseOnBattery: false }

/** What of something unknown are preferences; the rest is left out. */
export function preferencesIn(given: unknown): Partial<Preferences> {
  if (typeof given !== 'object' || given === null) return {}
  const { theme, pauseOnBattery } = given as Partial<Preferences>
  return {
    ...(THEMES.includes(theme as never) && { theme: theme! }),
    ...(typeof pauseOnBattery === 'boolean' && { pauseOnBattery }),
  }
}

export interface PreferenceFile {
  current(): Preferences
  /** Takes over what is a preference, and keeps it for the next start. */
  change(given: unknown): Preferences
}

/** Preferences in a file; one that cannot be read or written costs only that they are not kept. */
export function openPreferences(file: string, onError: (error: unknown) => void): PreferenceFile {
  let current = { ...DEFAULTS, ...preferencesIn(read(file)) }
  return {
    current: () => current,
    change(given) {
      const next = { ...current, ...preferencesIn(given) }
      if (JSON.stringify(next) === JSON.stringify(current)) return current
      current = next
      try {
        writeFileSync(file, JSON.stringify(current))
      } catch (error) {
        onError(error)
      }
      return current
    },
  }
}

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch {
    return null
  }
}
