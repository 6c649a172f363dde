import { type ChosenFile, openFile } from './file-dialogs'
import type { OpenKind } from '../core/domain/file-kind'
import type { Grants } from './grants'

export interface GivenFiles {
  /** Files that the user named to the system: on a command line, by a double click. */
  give(paths: readonly string[]): void
  /** The page listens: what waited goes to it. */
  connected(): void
  /** There is no page that would hear. */
  gone(): void
}

/** Hands files to the page as grants, as soon as there is one that takes them. */
export function createGivenFiles(
  grants: Grants,
  { send, onError }: { send: (file: ChosenFile & { kind: OpenKind }) => void; onError: (error: unknown) => void },
): GivenFiles {
  const waiting: string[] = []
  let listening = false

  function flush(): void {
    for (const path of listening ? waiting.splice(0) : []) {
      try {
        send(openFile(path, grants))
      } catch (error) {
        onError(error)
      }
    }
  }
  return {
    give(paths) {
      waiting.push(...paths)
      flush()
    },
    connected() {
      listening = true
      flush()
    },
    gone: () => void (listening = false),
  }
}
