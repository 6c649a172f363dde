import { readFileSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import { SYSTEM, type SystemSample } from '../domain/system-metrics'
import { findCpuSensor, readCpuSensor } from './cpu-temperature'
import { watchGpus } from './gpu-lines'

/** Milliseconds between two looks at the machine. */
export const SAMPLE_MS = 1000

export interface SystemMetrics {
  /**
   * Calls back about once a second until the returned function is called. The machine is looked at only while
   * somebody listens.
   */
  watch(listener: (sample: SystemSample) => void): () => void
}

/** Processor time since boot over all cores, in ms. */
export interface CpuTimes {
  busy: number
  total: number
}

function cpuTimes(): CpuTimes {
  let idle = 0
  let total = 0
  for (const { times } of cpus()) {
    idle += times.idle
    total += times.user + times.nice + times.sys + times.irq + times.idle
  }
  return { busy: total - idle, total }
}

/** Share of all cores' time that was used between two looks, 0 to 1; 0 where no time has passed. */
export const cpuLoad = (before: CpuTimes, after: CpuTimes): number => {
  const total = after.total - before.total
  return total > 0 ? Math.min(1, Math.max(0, (after.busy - before.busy) / total)) : 0
}

/** Memory that a process holds, in bytes; null where the system does not tell (only Linux does) or it has ended. */
export function processMemory(pid: number, proc = '/proc'): number | null {
  try {
    const kB = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`${proc}/${pid}/status`, 'utf8'))?.[1]
    return kB === undefined ? null : Number(kB) * 1024
  } catch {
    return null
  }
}

/**
 * Looks at the machine once a second while somebody listens: processor, memory, and GPUs where nvidia-smi tells of them.
 * One look serves all who listen, and costs well under a millisecond.
 */
export function createSystemMetrics({ intervalMs = SAMPLE_MS, gpuCommand = 'nvidia-smi' } = {}): SystemMetrics {
  const listeners = new Set<(sample: SystemSample) => void>()
  let stop: (() => void) | null = null

  const start = (): (() => void) => {
    const sensor = findCpuSensor()
    const gpus = new Map<string, number>()
    const stopGpus = watchGpus((told) => told.forEach(([metric, value]) => gpus.set(metric, value)), gpuCommand)
    let before = cpuTimes()
    const look = () => {
      const now = cpuTimes()
      const temperature = sensor === null ? null : readCpuSensor(sensor)
      const more = new Map(gpus)
      if (temperature !== null) more.set(SYSTEM.cpuTemperature, temperature)
      const sample = { cpuLoad: cpuLoad(before, now), memory: totalmem() - freemem(), more }
      // What a GPU told is said once: when nvidia-smi ends, its last words must not go on as if they were now.
      gpus.clear()
      before = now
      for (const listener of [...listeners]) listener(sample)
    }
    const timer = setInterval(look, intervalMs).unref()
    return () => {
      clearInterval(timer)
      stopGpus()
    }
  }

  return {
    watch(listener) {
      listeners.add(listener)
      stop ??= start()
      return () => {
        if (!listeners.delete(listener) || listeners.size) return
        stop?.()
        stop = null
      }
    },
  }
}
