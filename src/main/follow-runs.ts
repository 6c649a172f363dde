import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron'
import type { RunRow } from '../core/domain/run'
import { endNotice } from './end-notice'
import type { RunWatch } from './run-watch'

/** Ends within this time are told together, so that a queue of short runs is no flood. */
const TOGETHER_MS = 1500

/** What runs do, for the tray: "2 runs train, 45 %; 1 waits". */
export function trainingText(live: readonly RunRow[], progress: number | null): string {
  const training = live.filter(({ status }) => status === 'running').length
  const waiting = live.length - training
  const parts = [
    training && `${training} ${training === 1 ? 'run trains' : 'runs train'}, ${Math.floor((progress ?? 0) * 100)} %`,
    waiting && `${waiting} ${waiting === 1 ? 'waits' : 'wait'}`,
  ]
  return parts.filter(Boolean).join('; ') || 'nothing trains'
}

/** Shows the system what trains: progress in the task bar, no sleep, a notification for ends that nobody was looking at. */
export function followRuns(
  watch: RunWatch,
  { window, openRun }: { window: () => BrowserWindow | null; openRun: (run: string) => void },
): void {
  let awake: number | null = null
  let ended: RunRow[] = []

  watch.onChange(() => {
    const progress = watch.progress()
    window()?.setProgressBar(progress ?? -1)
    if (progress !== null) awake ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (awake !== null) {
      powerSaveBlocker.stop(awake)
      awake = null
    }
  })

  const tell = () => {
    const notice = endNotice(ended)
    ended = []
    if (!notice || window()?.isFocused() || !Notification.isSupported()) return
    const { title, body, run } = notice
    const notification = new Notification({ title, body })
    notification.on('click', () => run && openRun(run))
    notification.show()
  }
  watch.onEnded((run) => {
    ended.push(run)
    if (ended.length === 1) setTimeout(tell, TOGETHER_MS)
  })
}
