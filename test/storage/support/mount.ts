import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const succeeds = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0

/** A small file system in memory, unmounted when the test ends; null where this user may not mount. */
function mountSmall(size: string): string | null {
  const dir = mkdtempSync(join(tmpdir(), 'anneal-mount-'))
  if (succeeds('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', dir)) return dir
  rmSync(dir, { recursive: true })
  return null
}

function unmount(dir: string): void {
  spawnSync('umount', ['-l', dir])
  rmSync(dir, { recursive: true, force: true })
}

/** Permission bits do not bind root, a mount does. */
export const canMount = ((): boolean => {
  const dir = mountSmall('1m')
  if (dir) unmount(dir)
  return dir !== null
})()

export function smallDisk(size: string): { dir: string; makeReadonly: () => void } {
  const dir = mountSmall(size)!
  onTestFinished(() => unmount(dir))
  return { dir, makeReadonly: () => void spawnSync('mount', ['-o', 'remount,ro', dir]) }
}
