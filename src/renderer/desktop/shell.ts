import type { OpenKind } from '../../core/domain/file-kind'

/** A file that the user chose in the system's dialog: a grant stands for it, no path. */
export interface ChosenFile {
  grant: string
  name: string
}

/** Settings that the program keeps, as they matter before and without a page. */
export interface ShellPreferences {
  theme: 'light' | 'dark' | 'system'
  pauseOnBattery: boolean
}

/** What Electron's preload puts on the window; absent in a browser. */
export interface Shell {
  /** Asks for a port to the core; it arrives as a message of the window. @throws where main refuses */
  connect(): Promise<void>
  /** Asks where to save a file of this name; null where the user did not want to. */
  saveAs(name: string): Promise<ChosenFile | null>
  /** Asks for a bundle, run spec or recipe to open; null where the user did not want to. */
  chooseFile(): Promise<GivenFile | null>
  /** Shows a file that was saved by this grant in the system's file manager. */
  reveal(grant: string): Promise<void>
  /** Changes what the program itself has to know of the settings, and tells all of it. */
  prefer(change: Partial<ShellPreferences>): Promise<ShellPreferences>
}

/** A file to open, and what it is by its name. */
export interface GivenFile extends ChosenFile {
  kind: OpenKind
}
