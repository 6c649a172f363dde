import { defineStore } from 'pinia'
import { ref } from 'vue'
import { useQuery } from '../composables/use-query'

/** The workspace and the machine it trains on; the name of the run that is open, for the breadcrumb. */
export const useWorkspace = defineStore('workspace', () => {
  const {
    data: info,
    error,
    refetch,
  } = useQuery('app.info', {}, { on: ({ type }) => type === 'runs.changed' || type === 'runs.removed' })
  const openRun = ref<string | null>(null)
  return { info, error, openRun, refetch }
})
