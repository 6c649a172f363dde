import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT, whyNoScreen } from './launch'

/** The executable of the old Electron, or why there is none. */
export function electron22(): { path: string; reason: string | null } {
  const known = process.env.ANNEAL_NO_ELECTRON || whyNoScreen()
  if (known) return { path: '', reason: known }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/electron22.mjs')], {
    encoding: 'utf8',
  })
  return status === 0 ? { path: stdout.trim(), reason: null } : { path: '', reason: stderr.trim().split('\n').at(-1)! }
}
