import type { RunRow } from '../../../core/domain/run'
import { useNewRun } from '../new-run/new-run-store'
import type { Band } from './band'
import { scheduleInBand } from './schedule-in-band'

/**
 * Fills the form of a new run: data, model and optimizer as they were tested, for a rate holds for those alone; the
 * form's own family of schedule and budget, with the rates of the band.
 */
export function useInNewRun(): (test: RunRow, band: Band, constant: number | null) => void {
  const form = useNewRun()
  return (test, band, constant) => {
    const { rangeTest: _, ...spec } = test.spec
    const { schedule, budget, evaluate, checkpoint } = form.valid
    form.copy({
      ...test,
      spec: { ...spec, name: '', group: '', tags: [], notes: '', schedule, budget, evaluate, checkpoint },
    })
    form.setSchedule(scheduleInBand(schedule, band, constant, form.steps))
  }
}
