import type { ScheduleSpec } from '../../core/domain/schedules/registry'
import { schedulePath } from './schedule-path'

const MOST_KEPT = 500
const paths = new Map<string, string>()

/** `schedulePath` for tables: the same few schedules are drawn in many rows, and again after every sort. */
export function glyphPath(spec: ScheduleSpec, steps: number, box: { width: number; height: number }): string {
  const key = JSON.stringify([spec, steps, box])
  let path = paths.get(key)
  if (path === undefined) {
    path = schedulePath(spec, steps, box)
    if (paths.size >= MOST_KEPT) paths.clear()
    paths.set(key, path)
  }
  return path
}
