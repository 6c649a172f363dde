import { AppError } from '../../domain/errors'
import type { HandlerContext, HandlersOf } from './context'

const MAX_BYTES = 65_536
/** Of one kind. */
const MAX_VIEWS = 500

export const viewHandlers = ({ storage: { views } }: HandlerContext): HandlersOf<'views'> => ({
  'views.list': ({ kind }) => ({ views: views.list(kind) }),
  'views.save': ({ kind, name, state }) => {
    const bytes = new TextEncoder().encode(JSON.stringify(state)).length
    if (bytes > MAX_BYTES) throw tooLarge('state', `${bytes} bytes of JSON`, `at most ${MAX_BYTES} bytes of JSON`)
    const names = new Set(views.list(kind).map((view) => view.name)).add(name)
    if (names.size > MAX_VIEWS) throw tooLarge('name', `view ${names.size}`, `at most ${MAX_VIEWS} views`)
    views.save(kind, name, state)
    return { views: views.list(kind) }
  },
  'views.remove': ({ kind, name }) => {
    views.remove(kind, name)
    return { views: views.list(kind) }
  },
})

const tooLarge = (field: string, got: string, allowed: string): AppError =>
  new AppError('input.invalid', `views.save: ${field} must be ${allowed}, got ${got}`, { field, got, allowed })
