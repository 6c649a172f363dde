import type { Input, Method } from '../../core/api/contract'
import type { Transport } from '../../core/api/transport'
import { cancellable } from '../../core/api/transports/cancellable'

/** A question by its method. */
export type Question = { [M in Method]: readonly [method: M, input: Input<M>] }[Method]

export interface AskedFirst {
  transport: Transport
  /** The answers, in the order of the questions. */
  answers: Promise<unknown>[]
}

/**
 * Asks questions before the code is here that wants the answers: the first call with the same input takes each. What
 * happens to a run meanwhile makes them old; then the call asks for itself.
 */
export function askFirst(transport: Transport, questions: readonly Question[]): AskedFirst {
  const kept = new Map<string, Promise<unknown>>()
  const keyOf = (method: string, input: unknown) => JSON.stringify([method, input])
  transport.subscribe(({ type }) => {
    if (type === 'runs.changed' || type === 'runs.removed') kept.clear()
  })
  transport.onState(() => kept.clear())
  const answers = questions.map(([method, input]) => {
    const answer: Promise<unknown> = transport.call(method, input)
    // Whoever takes it hears of an error; nobody may.
    answer.catch(() => {})
    kept.set(keyOf(method, input), answer)
    return answer
  })
  const call = (method: Method, input: Input<Method>, options?: { signal?: AbortSignal }): Promise<unknown> => {
    const key = kept.size ? keyOf(method, input) : ''
    const answer = kept.get(key)
    if (!answer) return transport.call(method, input, options)
    kept.delete(key)
    return cancellable(method, options?.signal, () => answer)
  }
  return { transport: { ...transport, call: call as Transport['call'] }, answers }
}
