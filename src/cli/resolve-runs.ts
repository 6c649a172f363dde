import type { Transport } from '../core/api/transport'
import type { RunRow } from '../core/domain/run'

/**
 * The runs that words name: each an id, the beginning of one, or a name; a run named twice comes once.
 * @throws AppError `run.notFound`, or what `runs.find` says where several match
 */
export async function resolveRuns(transport: Transport, references: readonly string[]): Promise<RunRow[]> {
  const rows = new Map<string, RunRow>()
  for (const reference of references) {
    const row = await transport.call('runs.find', { reference })
    rows.set(row.id, row)
  }
  return [...rows.values()]
}
