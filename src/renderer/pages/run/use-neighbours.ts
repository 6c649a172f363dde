import { useRouter } from 'vue-router'
import { useRunList } from '../../stores/run-list'

/** Steps through the runs in the order of the table. */
export function useNeighbours(current: () => string): { go(by: 1 | -1): Promise<void> } {
  const list = useRunList()
  const router = useRouter()
  if (list.all === null) void list.reload()

  async function go(by: 1 | -1): Promise<void> {
    const at = list.indexOf(current())
    const index = at + by
    if (at < 0 || index < 0 || index >= list.total) return
    await list.show(index, index)
    const run = list.at(index)
    if (run) await router.push({ name: 'run', params: { run: run.id } })
  }
  return { go }
}
