// Does one thing with a workspace, and says when it begins and when it is done; a test kills it in between.
import { backUpWorkspace } from '../../../src/core/storage/backup'
import { openWorkspace } from '../../../src/core/storage/open'
import { prepareRestore } from '../../../src/core/storage/restore'

const [what, dir, file] = process.argv.slice(2) as [string, string, string]
const now = 1_750_000_000_000
const ACTIONS: Record<string, () => unknown> = {
  migrate: () => openWorkspace(dir, { now: () => now }).close(),
  backup: () => backUpWorkspace(dir, { out: file, force: true, now }),
  restore: () => prepareRestore(dir, file, now).commit(),
}
process.stdin.once('data', () => {
  console.log('begins')
  ACTIONS[what]!()
  console.log('done')
  process.exit(0)
})
console.log('ready')
