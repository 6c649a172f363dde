import { nativeTheme } from 'electron'
import type { PageRequests } from './connect-pages'
import type { CoreLink } from './core-link'
import type { FileDialogs } from './file-dialogs'
import type { GivenFiles } from './given-files'
import type { Grants } from './grants'
import { reveal } from './harden'
import type { PreferenceFile } from './preferences'

interface Options {
  core: CoreLink
  given: GivenFiles
  dialogs: FileDialogs
  grants: Grants
  preferences: PreferenceFile
  /** A preference may have changed that somebody else follows. */
  onPreferred: () => void
}

/** What main does for its page, call by call of the preload's functions. */
export const pageRequests = ({ core, given, dialogs, grants, preferences, onPreferred }: Options): PageRequests => ({
  'anneal:connect': (page) => {
    core.connect(page)
    given.connected()
  },
  'anneal:save-as': (_page, name) => dialogs.saveAs(name),
  'anneal:choose-file': () => dialogs.chooseFile(),
  'anneal:reveal': (_page, grant) => {
    const path = grants.saved(String(grant))
    if (path) reveal(path)
  },
  'anneal:prefer': (_page, change) => {
    const now = preferences.change(change)
    nativeTheme.themeSource = now.theme
    onPreferred()
    return now
  },
})
