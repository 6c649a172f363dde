import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { AppError } from '../core/domain/errors'
import { formatCount } from '../core/domain/format'
import { missingCount } from '../core/domain/missing-text'
import { describeTraining } from '../core/domain/threads'
import type { Loss, Storage } from '../core/storage/types'
import { openCore, workspaceExists } from './open-core'
import { canOpenBrowser } from './open-browser'
import { rendererDir } from './serve-page'

export interface Check {
  name: string
  /** A note is worth knowing but keeps nothing from working. */
  status: 'ok' | 'note' | 'broken'
  message: string
  todo: string | null
}

const LEAST_FREE_MB = 50
const LITTLE_FREE_MB = 1000

/** Everything that must be there for Anneal to train, record and show; looks only, makes nothing. */
export async function runChecks(dir: string): Promise<Check[]> {
  const checks = [nodeCheck(), folderCheck(dir), diskCheck(dir), ...(await workspaceChecks(dir))]
  return [...checks, await engineCheck(), await threadsCheck(), await trainerCheck(), pageCheck(), browserCheck()]
}

const check = (name: string, status: Check['status'], message: string, todo: string | null = null): Check => ({
  name,
  status,
  message,
  todo,
})

const broken = (name: string, error: unknown): Check => {
  const hint = error instanceof AppError ? error.details.hint : undefined
  return check(name, 'broken', error instanceof Error ? error.message : String(error), hint ?? null)
}

const nodeCheck = () => check('node', 'ok', `Node ${process.version}, ${process.platform} ${process.arch}`)

const nearestExisting = (path: string): string => (existsSync(path) ? path : nearestExisting(dirname(path)))

function folderCheck(dir: string): Check {
  const there = nearestExisting(dir)
  try {
    accessSync(there, constants.W_OK)
  } catch {
    return check(
      'folder',
      'broken',
      `${there} cannot be written`,
      'Change its permissions, or choose another with --data DIR.',
    )
  }
  return there === dir
    ? check('folder', 'ok', dir)
    : check('folder', 'note', `${dir} is not there yet`, 'The first run makes it: anneal quickstart')
}

function diskCheck(dir: string): Check {
  const { bavail, bsize } = statfsSync(nearestExisting(dir))
  const free = Math.floor((bavail * bsize) / 1e6)
  const message = `${formatCount(free)} MB free`
  if (free < LEAST_FREE_MB) return check('disk', 'broken', message, 'Free some space: nothing can be recorded.')
  return free < LITTLE_FREE_MB ? check('disk', 'note', message, 'Long runs may fill it.') : check('disk', 'ok', message)
}

async function workspaceChecks(dir: string): Promise<Check[]> {
  if (!workspaceExists(dir))
    return [check('database', 'note', 'there is none yet', 'The first run makes it: anneal quickstart')]
  try {
    const opened = await openCore(dir)
    try {
      if (!opened.core) {
        const { runs, workspace } = await opened.transport.call('app.info', {})
        return [
          check('lock', 'ok', `held by the Anneal at ${opened.attachedTo!.address}, which answers`),
          check('database', 'ok', `${runs} runs, ${megabytes(workspace.bytes)}; not examined while in use`),
        ]
      }
      const { storage } = opened.core
      return [
        check('lock', 'ok', 'free'),
        databaseCheck(storage.check()),
        ...storage.losses().map(lossCheck),
        ...checkpointChecks(storage),
      ]
    } finally {
      await opened.close()
    }
  } catch (error) {
    return [broken(error instanceof AppError && error.code === 'workspace.locked' ? 'lock' : 'database', error)]
  }
}

const checkpointChecks = ({ checkpoints }: Pick<Storage, 'checkpoints'>): Check[] =>
  checkpoints
    .unusable()
    .map(({ run, step, why }) =>
      check(
        'resume',
        'note',
        `checkpoint of run ${run} at update ${step}: ${why}`,
        'Resuming passes over what is damaged, for the one before it.',
      ),
    )

const lossCheck = ({ run, missing, known }: Loss): Check =>
  known
    ? check('lost', 'note', `run ${run}: ${missingCount(missing)}`, `anneal resume ${run} records them once more.`)
    : check(
        'lost',
        'note',
        `run ${run} and its ${missingCount(missing)}`,
        'The newest backup may have it; to hear no more of it, delete anneal.acknowledged while no Anneal runs.',
      )

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

interface DatabaseState {
  integrity: string
  foreignKeys: number
  version: number
  bytes: number
  runs: number
  points: number
}

function databaseCheck({ integrity, foreignKeys, version, bytes, runs, points }: DatabaseState): Check {
  if (integrity !== 'ok' || foreignKeys > 0)
    return check(
      'database',
      'broken',
      `damaged: ${integrity}${foreignKeys ? `, ${foreignKeys} broken references` : ''}`,
      'What can still be read comes into a new workspace with: anneal doctor --salvage DIR',
    )
  const size = `${runs} runs, ${formatCount(points)} points, ${megabytes(bytes)}`
  return check('database', 'ok', `sound, version ${version}: ${size}`)
}

async function engineCheck(): Promise<Check> {
  try {
    const { describeEngine } = await import('../core/engine/backends/resolve')
    const { label, whyNotFaster } = await describeEngine('auto')
    return check('engine', whyNotFaster ? 'note' : 'ok', label, whyNotFaster)
  } catch (error) {
    return broken('engine', error)
  }
}

async function threadsCheck(): Promise<Check> {
  try {
    const { describeEngine } = await import('../core/engine/backends/resolve')
    return check('training', 'ok', describeTraining(await describeEngine('auto'), availableParallelism()))
  } catch (error) {
    return broken('training', error)
  }
}

async function trainerCheck(): Promise<Check> {
  try {
    const { trainerFile } = await import('../core/jobs/fork-launcher')
    return check('trainer', 'ok', trainerFile())
  } catch (error) {
    return broken('trainer', error)
  }
}

function pageCheck(): Check {
  const folder = rendererDir()
  return folder ? check('page', 'ok', folder) : check('page', 'broken', 'not built', 'In a checkout: npm run build')
}

function browserCheck(): Check {
  return canOpenBrowser()
    ? check('browser', 'ok', 'can be opened from here')
    : check('browser', 'note', 'none can be opened from here', 'Open the address that `anneal serve` prints yourself.')
}
