import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Transport } from '../core/api/transport'
import { createInProcessTransport } from '../core/api/transports/in-process'
import { createHttpTransport } from '../core/api/transports/http'
import type { Core, CoreOptions } from '../core/create-core'
import { AppError } from '../core/domain/errors'

/** A workspace that a command may talk to. */
export interface OpenedCore {
  transport: Transport
  /** The core in this process; null where another process holds the workspace and answers for it. */
  core: Core | null
  /** Where the other process answers; null where the core is ours. */
  attachedTo: { address: string; token: string } | null
  close(): Promise<void>
}

/** Name of the database in a workspace folder. */
const DATABASE = 'anneal.db'

export const workspaceExists = (dir: string): boolean => existsSync(join(dir, DATABASE))

/**
 * Opens the workspace in this process; where another live process holds it and answers on this machine, attaches to it.
 *
 * @param create makes the workspace where there is none; commands that only look must not
 * @throws AppError `input.invalid` where there is none, `workspace.locked` where its holder cannot be reached, and
 *   what opening says (`workspace.newer`, `workspace.invalid`, `workspace.readonly`, `workspace.full`)
 */
export async function openCore(
  dir: string,
  {
    create = false,
    kind = 'cli',
    parallel,
  }: { create?: boolean } & Partial<Pick<CoreOptions, 'kind' | 'parallel'>> = {},
): Promise<OpenedCore> {
  if (!create && !workspaceExists(dir)) throw noWorkspace(dir)
  // Only now: what needs no workspace must not load the database's binary.
  const { createCore } = await import('../core/create-core')
  try {
    const core = await createCore({ dir, kind, parallel })
    const transport = createInProcessTransport(core.api)
    return {
      transport,
      core,
      attachedTo: null,
      async close() {
        transport.close()
        await core.close()
      },
    }
  } catch (error) {
    const holder = holderOf(error)
    const transport = holder && (await attach(holder))
    if (!transport) throw error
    return { transport, core: null, attachedTo: holder, close: async () => transport.close() }
  }
}

export function noWorkspace(dir: string): AppError {
  return new AppError('input.invalid', `There is no workspace in ${dir}`, {
    field: '--data',
    got: dir,
    hint: '`anneal quickstart` or `anneal run SPEC` makes one; --data DIR names another folder.',
  })
}

/** Runs an action on an opened workspace and closes it whatever happens. */
export async function withCore<T>(
  dir: string,
  action: (opened: OpenedCore) => Promise<T>,
  options?: { create?: boolean },
): Promise<T> {
  const opened = await openCore(dir, options)
  try {
    return await action(opened)
  } finally {
    await opened.close()
  }
}

/** Address and token of the process that holds a workspace, where the error says so and it has published them. */
export function holderOf(error: unknown): { address: string; token: string } | null {
  if (!(error instanceof AppError) || error.code !== 'workspace.locked') return null
  const { address, token } = (error.details.holder ?? {}) as { address?: unknown; token?: unknown }
  return typeof address === 'string' && typeof token === 'string' && address ? { address, token } : null
}

/** A connection to the holder; null where nobody answers there. */
async function attach({ address, token }: { address: string; token: string }): Promise<Transport | null> {
  const transport = createHttpTransport({ base: address, token })
  try {
    await transport.call('app.info', {}, { signal: AbortSignal.timeout(5000) })
    return transport
  } catch {
    transport.close()
    return null
  }
}
