import { useRouter } from 'vue-router'
import { useRunList } from '../../stores/run-list'

/** Steps through the runs in the order of the table. */
export function useNeighbours(current: () => string): { go(by: 1 | -1): Promise<void> } {
  const list = useRunList()
  const router = useRouter()
  if (list.all === null) void list.reload()

  async function go(by: 1 | -1): Promise<void> {
    const at = list.indexOf(current())
    if (at < 0) return
    // Lines of groups are passed over.
    for (let index = at + by; index >= 0 && index < list.total; index += by) {
      await list.show(index, index)
      const line = list.lineAt(index)
      if (line === null) return
      if (line.kind !== 'group') return void (await router.push({ name: 'run', params: { run: line.row.id } }))
    }
  }
  return { go }
}
