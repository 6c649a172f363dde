import type { CoreEvent, Handlers } from '../contract'
import type { Services } from '../services'

/** What handlers work with: the services, and a way to tell everyone what changed. */
export interface HandlerContext extends Services {
  emit(event: CoreEvent): void
}

/** The handlers of one part of the contract, by the beginning of their names. */
export type HandlersOf<Part extends string> = {
  [M in keyof Handlers as M extends `${Part}.${string}` ? M : never]: Handlers[M]
}
