import * as v from 'valibot'
import { createEmitter } from '../emitter'
import { AppError } from '../domain/errors'
import { nearest } from '../domain/nearest'
import { problemsOf } from '../domain/spec/problems'
import { encode } from './codec'
import { contract, type CoreEvent, type Method } from './contract'
import { appHandlers } from './handlers/app'
import { bundleHandlers } from './handlers/bundles'
import type { HandlerContext } from './handlers/context'
import { exportHandlers } from './handlers/export'
import { fileHandlers } from './handlers/files'
import { metricHandlers } from './handlers/metrics'
import { quickstartHandlers } from './handlers/quickstart'
import { rangeTestHandlers } from './handlers/range-tests'
import { runTableHandlers } from './handlers/run-table'
import { runHandlers } from './handlers/runs'
import { viewHandlers } from './handlers/views'
import type { Services } from './services'

/** The core as shells and transports see it: every method by name, every event in order. */
export interface Api {
  /**
   * Checks the input and answers it. A query that takes long is given up when `signal` says that nobody waits for it.
   * @throws AppError `method.unknown`, `input.invalid`, or what the method says; always by rejection
   */
  call(method: string, input: unknown, signal?: AbortSignal): Promise<unknown>
  subscribe(listener: (event: CoreEvent) => void): () => void
  /** Tells everyone who listens, for people: failures that belong to no caller, for example. */
  notify(level: 'note' | 'caution' | 'error', message: string): void
}

type Handler = (input: unknown, signal?: AbortSignal) => unknown
type HandlerMap = Record<string, (input: never, signal?: AbortSignal) => unknown>

/**
 * Wires the handlers to storage and jobs.
 *
 * @param options.checkOutput also checks what handlers return, for tests
 * @throws Error where a method has no handler, or two: a fault of the program, found at its start
 */
export function createApi(services: Services, { checkOutput = false }: { checkOutput?: boolean } = {}): Api {
  const events = createEmitter<CoreEvent>()
  const context: HandlerContext = { ...services, emit: events.emit }
  const handlers = mergeHandlers([
    appHandlers(context),
    runHandlers(context),
    runTableHandlers(context),
    metricHandlers(context),
    exportHandlers(context),
    bundleHandlers(context),
    fileHandlers(context),
    quickstartHandlers(context),
    rangeTestHandlers(context),
    viewHandlers(context),
  ])
  services.jobs.onChange((run) => events.emit({ type: 'runs.changed', runs: [run] }))
  services.jobs.onRewind((run) => events.emit({ type: 'run.rewound', run }))
  services.jobs.onNotice((message) => events.emit({ type: 'notice', level: 'caution', message }))
  services.jobs.onProgress((progress) => events.emit({ type: 'run.progress', progress }))
  return {
    async call(method, input, signal) {
      if (!isMethod(method)) throw unknownMethod(method)
      const output = await handlers.get(method)!(parseInput(method, input), signal)
      if (checkOutput) assertOutput(method, output)
      return output
    },
    subscribe: events.on,
    notify: (level, message) => events.emit({ type: 'notice', level, message }),
  }
}

/** One handler for each method of the contract: none missing, none double, none unknown. */
export function mergeHandlers(maps: readonly HandlerMap[]): Map<Method, Handler> {
  const handlers = new Map<Method, Handler>()
  for (const [method, handler] of maps.flatMap((map) => Object.entries(map))) {
    if (!isMethod(method)) throw new Error(`${method} has a handler but is not in the contract`)
    if (handlers.has(method)) throw new Error(`${method} has two handlers`)
    handlers.set(method, handler as Handler)
  }
  const missing = Object.keys(contract).filter((method) => !handlers.has(method as Method))
  if (missing.length) throw new Error(`No handler for ${missing.join(', ')}`)
  return handlers
}

const isMethod = (method: string): method is Method => Object.hasOwn(contract, method)

function unknownMethod(method: string): AppError {
  const methods = Object.keys(contract)
  const near = nearest(method, methods)
  const word = method.length > 60 ? `${method.slice(0, 57)}…` : method
  return new AppError('method.unknown', `There is no method ${word}${near ? ` (did you mean ${near}?)` : ''}`, {
    field: 'method',
    got: word,
    allowed: methods.join(', '),
    ...(near && { hint: `did you mean ${near}?` }),
  })
}

function parseInput(method: Method, input: unknown): unknown {
  const schema: v.GenericSchema = contract[method].input
  const result = v.safeParse(schema, input)
  if (result.success) return result.output
  const problems = problemsOf(result.issues, schema, 'input')
  const { field, message, allowed, got } = problems[0]!
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  throw new AppError('input.invalid', `${method}: ${message}${more}`, { method, field, allowed, got, problems })
}

function assertOutput(method: Method, output: unknown): void {
  if (!v.is(contract[method].output, output)) throw new Error(`${method} returned what the contract does not allow`)
  encode(output)
}
