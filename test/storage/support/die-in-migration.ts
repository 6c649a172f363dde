// Opens a workspace with a migration in the middle of which this process is killed.
import { MIGRATIONS } from '../../../src/core/storage/migrations'
import { openWorkspace } from '../../../src/core/storage/open'

const dying = {
  version: 9000,
  up: (db: { exec(sql: string): unknown }) => {
    db.exec("ALTER TABLE run ADD COLUMN shade TEXT NOT NULL DEFAULT 'red'; DELETE FROM metric")
    process.kill(process.pid, 'SIGKILL')
    // The signal may take a moment; nothing may be committed until then.
    for (;;);
  },
}
console.log('opening')
openWorkspace(process.argv[2]!, { now: () => 0, migrations: [...MIGRATIONS, dying] })
