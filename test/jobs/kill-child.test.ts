import { ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { runCommand } from '../../src/core/engine/install/run-command'
import { watchGpus } from '../../src/core/jobs/gpu-lines'
import { killChild } from '../../src/core/domain/kill-child'

const MISSING = '/no/such/program'

afterEach(() => vi.restoreAllMocks())

describe('a signal', () => {
  it('ends a child that runs', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    killChild(child)
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
  })

  // Node's kill would go to an arbitrary process number, 0 among them: so it must not even be called.
  it.each<[string, () => unknown]>([
    ['ended at once', () => watchGpus(() => {}, MISSING)()],
    ['whose caller gave up before', () => runCommand(MISSING, [], { env: {}, signal: AbortSignal.abort() })],
  ])('goes nowhere for a program that could not be started, %s', async (_name, stopEarly) => {
    const kill = vi.spyOn(ChildProcess.prototype, 'kill').mockReturnValue(true)
    await stopEarly()
    expect(kill).not.toHaveBeenCalled()
  })
})
