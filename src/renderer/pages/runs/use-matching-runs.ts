import type { RunColumns } from '../../../core/domain/table/columns'
import { useTransport } from '../../composables/use-transport'
import { useRunTable } from '../../stores/run-table'

/** Asks for all runs that the table shows, also those that are not loaded, with some fields of theirs. */
export function useMatchingRuns(): (fields?: readonly string[]) => Promise<RunColumns> {
  const transport = useTransport()
  const table = useRunTable()
  return (fields = []) => {
    const { filter, showHidden } = table.state
    // Hidden runs are left out unless the filter asks about them.
    const both = 'hidden in (true, false)'
    const asked = !showHidden ? filter : filter.trim() ? `(${filter}) and ${both}` : both
    return transport.call('runs.columns', { filter: asked, fields: [...fields] })
  }
}
