import type { RunRow } from '../core/domain/run'

interface Options {
  /** Does the user want it? Asked each time: it may change meanwhile. */
  wanted: () => boolean
  live: () => readonly RunRow[]
  /** Ends a run after a checkpoint; settles when it has ended. */
  stop: (run: string) => Promise<unknown>
  /** Lets a run that was stopped go on. */
  resume: (run: string) => Promise<unknown>
  onError: (error: unknown) => void
}

export interface BatteryPause {
  /** The machine runs on its battery now: what trains is stopped after a checkpoint. */
  onBattery(): Promise<void>
  /** It has mains power again: what was stopped for that goes on; nothing else does. */
  onMains(): Promise<void>
  /** The wish has changed. */
  wishChanged(): Promise<void>
}

/** Pauses training while the machine runs on its battery. One thing after another, so that a loose plug starts nothing twice. */
export function createBatteryPause({ wanted, live, stop, resume, onError }: Options): BatteryPause {
  const paused = new Set<string>()
  let battery = false
  let last = Promise.resolve()

  const each = (runs: Iterable<string>, act: (run: string) => Promise<unknown>) =>
    Promise.all([...runs].map((run) => act(run).catch(onError)))
  const pause = () =>
    each(
      live().map(({ id }) => id),
      async (run) => {
        paused.add(run)
        await stop(run)
      },
    )
  const goOn = () => {
    const runs = [...paused]
    paused.clear()
    // A run that was removed or resumed by hand meanwhile is refused, which is told and harms nothing.
    return each(runs, resume)
  }
  /** What is right now is decided when its turn comes, not when it was asked for. */
  const settle = (): Promise<void> =>
    (last = last
      .then(() => (battery && wanted() ? pause() : goOn()))
      .then(() => undefined)
      .catch(onError))

  return {
    onBattery() {
      battery = true
      return settle()
    },
    onMains() {
      battery = false
      return settle()
    },
    wishChanged: settle,
  }
}
