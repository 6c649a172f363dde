import { useTransport } from '../../composables/use-transport'
import { useRunTable } from '../../stores/run-table'
import { both } from './group-filter'

/** Ids of all runs that match the table's filter, and a condition more; also those that are not loaded. */
export function useAllIds(): (condition?: string) => Promise<string[]> {
  const transport = useTransport()
  const table = useRunTable()
  return async (condition = '') => {
    const { filter, showHidden } = table.state
    // Hidden runs are left out unless the filter asks about them.
    const asked = showHidden ? both(filter, 'hidden in (true, false)') : filter
    const { ids } = await transport.call('runs.columns', { filter: both(asked, condition), fields: [] })
    return ids
  }
}
