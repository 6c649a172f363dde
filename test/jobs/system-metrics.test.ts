import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { SYSTEM, type SystemSample } from '../../src/core/domain/system-metrics'
import { findCpuSensor, readCpuSensor } from '../../src/core/jobs/cpu-temperature'
import { parseGpuLine } from '../../src/core/jobs/gpu-lines'
import { recordSystem } from '../../src/core/jobs/record-system'
import { cpuLoad, createSystemMetrics, processMemory, type SystemMetrics } from '../../src/core/jobs/system-metrics'
import { temporaryFolder, temporaryWorkspace } from './workspace'

const onLinux = describe.skipIf(process.platform !== 'linux')

/** Calls back until enough was seen; stops watching after the test. */
function samples(system: SystemMetrics, enough: (seen: SystemSample[]) => boolean): Promise<SystemSample[]> {
  const seen: SystemSample[] = []
  return new Promise((resolve) => {
    const stop = system.watch((sample) => {
      seen.push(sample)
      if (enough(seen)) resolve(seen)
    })
    afterEach(stop)
  })
}

describe('the machine', () => {
  it('has a load between 0 and 1 and memory in use, as often as asked for', async () => {
    const began = performance.now()
    const seen = await samples(
      createSystemMetrics({ intervalMs: 50, gpuCommand: '/no/such/nvidia-smi' }),
      (all) => all.length === 4,
    )
    expect(performance.now() - began).toBeGreaterThanOrEqual(4 * 50 - 5)
    for (const { cpuLoad: load, memory } of seen) {
      expect(load).toBeGreaterThanOrEqual(0)
      expect(load).toBeLessThanOrEqual(1)
      expect(memory).toBeGreaterThan(50e6)
    }
  })

  it('is looked at only while somebody listens', async () => {
    const system = createSystemMetrics({ intervalMs: 10, gpuCommand: '/no/such/nvidia-smi' })
    let calls = 0
    const stop = system.watch(() => calls++)
    await samples(system, (all) => all.length === 2)
    stop()
    const after = calls
    await samples(system, (all) => all.length === 5)
    expect(calls).toBe(after)
  })

  it.each([
    ['nothing', 0, 0, 0],
    ['half', 500, 1000, 0.5],
    ['all', 1000, 1000, 1],
    ['more than there was, where a clock went back', 1200, 1000, 1],
  ])('used %s of its processors', (_name, busy, total, load) =>
    expect(cpuLoad({ busy: 100, total: 1000 }, { busy: 100 + busy, total: 1000 + total })).toBe(load),
  )
})

describe('a line of nvidia-smi', () => {
  it('tells load, memory and temperature of one GPU', () => {
    expect(parseGpuLine('0, 37, 1024, 61')).toEqual([
      ['system/gpu0/load', 0.37],
      ['system/gpu0/memory', 2 ** 30],
      ['system/gpu0/temperature', 61],
    ])
  })
  it.each([
    ['1, [N/A], 12, [Not Supported]', ['system/gpu1/memory']],
    ['', []],
    ['NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.', []],
    ['0, 37, 1024', []],
    ['No devices were found', []],
  ])('%o tells %o', (line, metrics) => expect(parseGpuLine(line).map(([metric]) => metric)).toEqual(metrics))
})

onLinux('a process that tells about GPUs', () => {
  it('is heard line by line, and ended when nobody listens any more', async () => {
    const folder = temporaryFolder()
    const script = join(folder, 'nvidia-smi')
    const asked = join(folder, 'asked')
    writeFileSync(
      script,
      `#!/bin/sh\necho "$$ $@" > ${asked}\nwhile :; do echo '0, 50, 100, 40'; echo '1, 0, 0, [N/A]'; sleep 0.02; done\n`,
    )
    chmodSync(script, 0o755)
    const system = createSystemMetrics({ intervalMs: 20, gpuCommand: script })
    const heard = new Promise<SystemSample>((resolve) => {
      const stop = system.watch((sample) => {
        if (sample.more.size < 5) return
        stop()
        resolve(sample)
      })
    })
    expect([...(await heard).more].filter(([metric]) => metric !== SYSTEM.cpuTemperature)).toEqual([
      ['system/gpu0/load', 0.5],
      ['system/gpu0/memory', 100 * 2 ** 20],
      ['system/gpu0/temperature', 40],
      ['system/gpu1/load', 0],
      ['system/gpu1/memory', 0],
    ])
    const [pid, ...words] = readFileSync(asked, 'utf8').trim().split(' ')
    expect(words).toEqual(expect.arrayContaining(['--loop=1', '--format=csv,noheader,nounits']))
    await expect.poll(() => processMemory(Number(pid)), { timeout: 5000 }).toBeNull()
  })
})

onLinux('the memory of a process', () => {
  it('is what the process itself says', () => {
    const own = process.memoryUsage.rss()
    expect(processMemory(process.pid)! / own).toBeCloseTo(1, 1)
  })
  it('is unknown where there is no such process', () => expect(processMemory(2 ** 22 + 1)).toBeNull())
})

describe("the processor's sensor", () => {
  const device = (hwmon: string, index: number, files: Record<string, string>) => {
    const folder = join(hwmon, `hwmon${index}`)
    mkdirSync(folder)
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`)
    return folder
  }

  it('is the one for the whole package, not a disk and not a core', () => {
    const hwmon = temporaryFolder()
    device(hwmon, 0, { name: 'nvme', temp1_input: '30000' })
    const chip = device(hwmon, 1, {
      name: 'coretemp',
      temp1_label: 'Core 0',
      temp1_input: '51000',
      temp2_label: 'Package id 0',
      temp2_input: '55500',
    })
    const sensor = findCpuSensor(hwmon)
    expect(sensor).toBe(join(chip, 'temp2_input'))
    expect(readCpuSensor(sensor!)).toBe(55.5)
  })
  it('is missing where no processor has one', () => {
    const hwmon = temporaryFolder()
    device(hwmon, 0, { name: 'acpitz', temp1_input: '30000' })
    expect(findCpuSensor(hwmon)).toBeNull()
    expect(findCpuSensor(join(hwmon, 'none'))).toBeNull()
    expect(readCpuSensor(join(hwmon, 'none'))).toBeNull()
  })
})

describe('what is recorded of the machine with a run', () => {
  /** A machine that is looked at when the test says so. */
  const machine = () => {
    const listeners = new Set<(sample: SystemSample) => void>()
    const system: SystemMetrics = {
      watch(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    const look = (more: [string, number][] = []) =>
      listeners.forEach((listener) => listener({ cpuLoad: 0.5, memory: 1e9, more: new Map(more) }))
    return { system, look, listeners }
  }

  it('carries the number of the update done last, and is stored also where a sensor comes or goes', () => {
    const { storage, create } = temporaryWorkspace()
    create('a')
    const { system, look, listeners } = machine()
    let now = 1000
    const record = recordSystem(system, () => now++)
    expect(record.take(3)).toEqual([])
    look()
    look([['system/gpu0/load', 0.25]])
    storage.metrics.append('a', record.take(9), 9)
    look([['system/gpu0/load', 0.75]])
    record.close()
    look()
    storage.metrics.append('a', record.take(9), 9)
    const { steps, times, values } = storage.metrics.series('a', SYSTEM.cpuLoad)
    expect([[...steps], [...times], [...values]]).toEqual([
      [2, 2, 8],
      [1000, 1001, 1002],
      [0.5, 0.5, 0.5],
    ])
    expect([...storage.metrics.series('a', 'system/gpu0/load').values]).toEqual([0.25, 0.75])
    expect([listeners.size, record.held]).toEqual([0, null])
  })
})
