import { mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { AppError } from '../../../src/core/domain/errors'
import { findPip, type Pip } from '../../../src/core/engine/install/python'

/** A new folder that is removed when the test ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-engine-'))
  // The pip of a process that was killed may write into it until it notices that nobody serves it any more.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
  return folder
}

/** This machine's pip, or why there is none. */
export async function pipHere(): Promise<{ pip: Pip | null; reason: string }> {
  try {
    return { pip: await findPip(), reason: '' }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    console.warn(`Tests that install are skipped: ${reason}`)
    return { pip: null, reason }
  }
}

/** Everything in a folder, files and folders, sorted; hidden ones too. */
export const contents = (folder: string): string[] => readdirSync(folder).sort()

/** The error that an action ends with. */
export async function refusal(action: Promise<unknown>): Promise<AppError> {
  const outcome = await action.then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  )
  if (outcome instanceof AppError) return outcome
  throw outcome
}
