import type { RunRow } from '../core/domain/run'
import { type QuitAnswer, type QuitQuestion, quitQuestion } from './quit-question'

interface Options {
  live: () => readonly RunRow[]
  ask: (question: QuitQuestion) => Promise<QuitAnswer>
  /** Leaves the window, keeps the program. */
  enterBackground: () => void
  /** Ends everything in order: jobs, database, processes, program. Called once. */
  end: () => void
}

export interface Quitting {
  /** The user wants to leave: asks where something trains, ends at once where nothing does. */
  request(): Promise<void>
  /** Ends without a question: the system shuts down, or the answer is known. */
  end(): void
  /** What trains may have changed: in the background nothing is left to wait for after the last run. */
  runsChanged(): void
  /** The window is back. */
  shown(): void
  state(): 'open' | 'asking' | 'background' | 'ending'
}

/** Decides what a wish to leave means while runs train. */
export function createQuitting({ live, ask, enterBackground, end }: Options): Quitting {
  let state: ReturnType<Quitting['state']> = 'open'

  const finish = () => {
    if (state === 'ending') return
    state = 'ending'
    end()
  }
  const runsChanged = () => {
    if (state === 'background' && !live().length) finish()
  }
  const follow = (answer: QuitAnswer) => {
    if (answer === 'stop') return finish()
    if (answer === 'cancel') return void (state = 'open')
    state = 'background'
    enterBackground()
    // The last run may have ended while the question was open.
    runsChanged()
  }
  return {
    async request() {
      if (state === 'asking' || state === 'ending') return
      const question = quitQuestion(live())
      if (!question) return finish()
      state = 'asking'
      const answer = await ask(question).catch((): QuitAnswer => 'cancel')
      // The system may have ended the program meanwhile.
      if (state === 'asking') follow(answer)
    },
    end: finish,
    runsChanged,
    shown() {
      if (state === 'background') state = 'open'
    },
    state: () => state,
  }
}
