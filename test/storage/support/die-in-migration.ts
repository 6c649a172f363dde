// Opens a workspace and is killed on the way: in the migration to the version that is named, once its work is done and
// before it is committed; in one behind all others where none is named; before the backup where it is `backup`.
import { MIGRATIONS } from '../../../src/core/storage/migrations'
import type { Migration } from '../../../src/core/storage/migrations/migration'
import { openWorkspace } from '../../../src/core/storage/open'

const [dir, where] = process.argv.slice(2) as [string, string | undefined]

const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  // The signal may take a moment; nothing may be committed until then.
  for (;;);
}
const dying = ({ version, up }: Migration): Migration => ({
  version,
  up(db) {
    if (typeof up === 'string') db.exec(up)
    else up(db)
    die()
  },
})
const last: Migration = {
  version: 9000,
  up: "ALTER TABLE run ADD COLUMN shade TEXT NOT NULL DEFAULT 'red'; DELETE FROM metric",
}
const migrations =
  where === undefined
    ? [...MIGRATIONS, dying(last)]
    : MIGRATIONS.map((migration) => (String(migration.version) === where ? dying(migration) : migration))
console.log('opening')
openWorkspace(dir, { now: where === 'backup' ? die : () => 0, migrations })
