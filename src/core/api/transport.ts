import type { CoreEvent, Input, Method, Output } from './contract'

/** A connection to a core; pages and commands use nothing else. */
export interface Transport {
  /**
   * @throws AppError as the core raised it; `cancelled` where the signal was aborted or the connection closed;
   *   `server.refused` where the core cannot be reached
   */
  call<M extends Method>(method: M, input: Input<M>, options?: { signal?: AbortSignal }): Promise<Output<M>>
  /**
   * Calls back for every event until the returned function is called. While the connection holds, whoever listens
   * before a call hears all that the call causes.
   */
  subscribe(listener: (event: CoreEvent) => void): () => void
  /** Calls back when the connection is lost or found again; after `open` a listener should refetch. */
  onState(listener: (state: 'open' | 'lost') => void): () => void
  close(): void
}
