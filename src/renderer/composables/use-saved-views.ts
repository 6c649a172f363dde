import { computed, type ComputedRef, type Ref, ref, type ShallowRef } from 'vue'
import type { Input, Output } from '../../core/api/contract'
import type { AppError } from '../../core/domain/errors'
import type { SavedView } from '../../core/domain/saved-view'
import { toAppError, useQuery } from './use-query'
import { useTransport } from './use-transport'

export interface SavedViews {
  list: ComputedRef<readonly SavedView[]>
  /** Why they could not be read. */
  unread: ShallowRef<AppError | null>
  /** Why the last attempt failed; '' where it did not. */
  error: Ref<string>
  refresh(): void
  find(name: string | null): SavedView | undefined
  /** True where it is saved; one of the same name is replaced. */
  save(name: string, state: unknown): Promise<boolean>
  rename(from: string, to: string): Promise<boolean>
  /** Gives the way back, which says whether it worked; null where there is no such view or it could not be removed. */
  remove(name: string): Promise<(() => Promise<boolean>) | null>
}

/** The views that the workspace keeps for a page, each a name and any JSON. */
export function useSavedViews(kind: Input<'views.list'>['kind']): SavedViews {
  const transport = useTransport()
  const query = useQuery('views.list', { kind })
  const list = computed(() => query.data.value?.views ?? [])
  const error = ref('')
  const find = (name: string | null) => list.value.find((view) => view.name === name)

  /** Whatever changes the views answers with all of them. */
  async function attempt(work: () => Promise<Output<'views.list'>>): Promise<boolean> {
    try {
      query.data.value = await work()
      error.value = ''
      return true
    } catch (reason) {
      error.value = toAppError(reason).message
      return false
    }
  }
  const put = (name: string, state: unknown) => transport.call('views.save', { kind, name, state })
  const drop = (name: string) => transport.call('views.remove', { kind, name })
  const save = (name: string, state: unknown) => attempt(() => put(name, state))

  async function rename(from: string, to: string): Promise<boolean> {
    const view = find(from)
    if (!view) return false
    if (find(to)) {
      error.value = `There is a view “${to}” already`
      return false
    }
    return attempt(async () => {
      await put(to, view.state)
      return drop(from)
    })
  }
  async function remove(name: string): Promise<(() => Promise<boolean>) | null> {
    const view = find(name)
    return view && (await attempt(() => drop(name))) ? () => save(name, view.state) : null
  }
  return { list, unread: query.error, error, refresh: query.refetch, find, save, rename, remove }
}
