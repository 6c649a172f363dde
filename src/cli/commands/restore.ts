import { formatCount } from '../../core/domain/format'
import { toJson } from '../../core/domain/json'
import type { Contents, PreparedRestore } from '../../core/storage/restore'
import { countRuns } from '../bundle-files'
import { defineCommand } from '../command'
import { confirmed } from '../confirmed'
import { formatMoment } from '../format-value'

const holds = ({ runs, points }: Contents) => `${countRuns(runs)}, ${formatCount(points)} points`

function question({ madeAt, backup, present }: PreparedRestore): string {
  const made =
    madeAt === null ? 'no checksum: its structure was checked' : `made ${formatMoment(madeAt)}, checksum right`
  const now =
    present === 'none' ? 'nothing yet' : present === 'unreadable' ? 'a database that is damaged' : holds(present)
  return `  the backup: ${holds(backup)} (${made})\n  in the workspace: ${now}\n`
}

export const restoreCommand = defineCommand({
  name: 'restore',
  words: ['FILE'],
  options: { yes: { type: 'boolean', help: 'do not ask' } },
  summary: "puts a backup in place of the workspace's database, which is kept beside it",
  example: 'anneal restore /media/disk/anneal.db --yes',
  notes: [
    'Everything is checked first; a backup that is damaged or none changes nothing. Nobody may hold the workspace meanwhile.',
    'The database before it is kept as anneal.db.replaced-…, and `restore` takes that back too.',
    'Checkpoints stay: runs go on from those that the backup knows; all of them are kept in anneal.db.replaced-…-checkpoints.',
  ],
  async run({ words: [file], options: { yes }, data, json, io }) {
    const { prepareRestore } = await import('../../core/storage/restore')
    const prepared = prepareRestore(data, file!, Date.now())
    try {
      if (!yes) {
        io.err(question(prepared))
        await confirmed(io, `Put this backup into ${data}? [y/N] `, 'restore')
      }
    } catch (error) {
      prepared.cancel()
      throw error
    }
    const { aside } = prepared.commit()
    const { madeAt, backup } = prepared
    if (json) io.out(toJson({ restored: file, ...backup, madeAt, kept: aside }))
    else io.err(`${holds(backup)} are back.${aside ? ` What was there is kept as ${aside}` : ''}\n`)
    return 0
  },
})
