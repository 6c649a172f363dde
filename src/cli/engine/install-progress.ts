import { formatBytes, formatDuration, MISSING } from '../../core/domain/format'
import type { InstallProgress } from '../../core/engine/install/install'
import { createLiveBlock } from '../live-block'
import type { Io } from '../io'
import { bar } from '../progress-line'
import { fit } from '../text'

const WORDS: Record<InstallProgress['stage'], string> = {
  searching: 'Looking for',
  downloading: 'Downloading',
  checking: 'Checking',
  unpacking: 'Unpacking',
  done: 'Done',
}

const BAR = 24
/** A log file gets a line about every this share of a stage. */
const LOG_SHARE = 0.1

/** Shows how an installation goes: a bar on a terminal, else a line about every 10 %. */
export function installDisplay(io: Io, now: () => number = Date.now) {
  const block = io.errWidth() === null ? null : createLiveBlock(io.err, now)
  let stage = ''
  let from = { at: now(), done: 0 }
  let said = -1
  return {
    show(progress: InstallProgress): void {
      const { what, done, total } = progress
      if (progress.stage === 'done') return
      if (stage !== `${progress.stage} ${what}`) {
        stage = `${progress.stage} ${what}`
        from = { at: now(), done }
        said = -1
      }
      const share = total ? done / total : 0
      const left = done > from.done ? ((now() - from.at) * (total - done)) / (done - from.done) : null
      const text = `${WORDS[progress.stage]} ${what}`
      if (block) {
        const facts = total ? `${bar(share, BAR)}  ${amounts(done, total)}  ${timeLeft(left)}  ` : ''
        block.show([fit(`${facts}${text}`, (io.errWidth() ?? 80) - 1)])
      } else if (Math.floor(share / LOG_SHARE) > said) {
        said = Math.floor(share / LOG_SHARE)
        io.err(total ? `${text}: ${Math.floor(100 * share)} % of ${formatBytes(total)}\n` : `${text}\n`)
      }
    },
    end: () => block?.end(),
  }
}

const amounts = (done: number, total: number) => `${formatBytes(done)} of ${formatBytes(total)}`

const timeLeft = (ms: number | null) => `${ms === null ? MISSING : formatDuration(ms)} left`
