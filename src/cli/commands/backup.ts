import { formatBytes, formatCount } from '../../core/domain/format'
import { toJson } from '../../core/domain/json'
import { countRuns } from '../bundle-files'
import { defineCommand } from '../command'
import { FILE_OPTIONS } from '../exported'
import { noWorkspace, workspaceExists } from '../open-core'

export const backupCommand = defineCommand({
  name: 'backup',
  words: [],
  options: {
    out: { ...FILE_OPTIONS.out, help: 'its file (default: a new one in the workspace folder, backups/)' },
    force: FILE_OPTIONS.force,
  },
  summary: 'copies the database into one checked file for `restore`, also while runs train',
  example: 'anneal backup --out /media/disk/anneal.db',
  notes: [
    'Whoever holds the workspace goes on meanwhile. The file is a SQLite database with a checksum behind it.',
    'In it: runs, every point, saved views, settings. Not in it: checkpoints, which are files in checkpoints/, and your data.',
  ],
  async run({ options: { out, force }, data, json, io }) {
    if (!workspaceExists(data)) throw noWorkspace(data)
    const { backUpWorkspace } = await import('../../core/storage/backup')
    const made = backUpWorkspace(data, { out, force, now: Date.now() })
    if (json) io.out(toJson(made))
    else {
      const { files, bytes } = made.checkpoints
      io.out(`${made.file}\n`)
      io.err(`${countRuns(made.runs)}, ${formatCount(made.points)} points, ${formatBytes(made.bytes)}; checked.\n`)
      if (files)
        io.err(
          `Not in it: ${files} checkpoint${files === 1 ? '' : 's'} (${formatBytes(bytes)}) in ${data}/checkpoints\n`,
        )
    }
    return 0
  },
})
