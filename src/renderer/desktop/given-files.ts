import { onScopeDispose } from 'vue'
import type { GivenFile } from './shell'

/** Files that came before anybody took them. */
const waiting: GivenFile[] = []
let taker: ((file: GivenFile) => void) | null = null

/** Takes files that the desktop window was given from now on. Before the core is asked for: main sends them with its answer. */
export function listenForFiles(): void {
  window.addEventListener('message', ({ source, origin, data }: MessageEvent) => {
    if (source !== window || origin !== window.location.origin || data?.type !== 'anneal:file') return
    const { file } = data as { file: GivenFile }
    if (taker) taker(file)
    else waiting.push(file)
  })
}

/** Hands files of the desktop window to whoever opens them, as long as that is there. */
export function onGivenFile(take: (file: GivenFile) => void): void {
  taker = take
  onScopeDispose(() => taker === take && (taker = null))
  for (const file of waiting.splice(0)) take(file)
}
