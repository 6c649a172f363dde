import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkpointFile, CHECKPOINTS_FOLDER, wholeFile } from '../checkpoint-files'
import type { Storage } from '../types'
import type { SalvagedRun } from './report'
import type { Tables } from './tables'

/**
 * Copies the checkpoints of a run whose own checksum fits, recorded or not; one beyond the run's last update is of no
 * use, as the points before it are not there.
 */
export function salvageCheckpoints(
  storage: Storage,
  from: string,
  { id, steps }: { id: string; steps: number },
  records: NonNullable<ReturnType<Tables['checkpoints']['get']>>,
): Pick<SalvagedRun, 'checkpoints' | 'lostCheckpoints'> {
  const source = join(from, CHECKPOINTS_FOLDER, id)
  const recorded = new Map(records.map((record) => [record.step, record]))
  const all = [...new Set([...recorded.keys(), ...stepsIn(source)])].sort((a, b) => a - b)
  const lostCheckpoints: SalvagedRun['lostCheckpoints'] = []
  for (const step of all) {
    if (step > steps) continue
    const found = wholeFile(join(source, checkpointFile(step)))
    if (typeof found === 'string') {
      lostCheckpoints.push({ step, why: found })
      continue
    }
    const folder = storage.checkpoints.folder(id)
    mkdirSync(folder, { recursive: true })
    copyFileSync(join(source, checkpointFile(step)), join(folder, checkpointFile(step)))
    const { value = null, savedAt } = recorded.get(step) ?? {}
    storage.checkpoints.add(id, { step, ...found, value, savedAt })
  }
  const checkpoints = storage.checkpoints.list(id).map(({ step }) => step)
  return { checkpoints: checkpoints.reverse(), lostCheckpoints }
}

function stepsIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .map((name) => Number(/^(\d+)\.ckpt$/.exec(name)?.[1]))
      .filter(Number.isSafeInteger)
  } catch {
    return []
  }
}
