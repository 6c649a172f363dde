import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { gpuMetric } from '../domain/system-metrics'
import { killChild } from '../domain/kill-child'

/** What a GPU tells, by metric: share of the last second in which a kernel ran, bytes in use by all programs, °C. */
export type GpuSample = [metric: string, value: number][]

const ARGUMENTS = [
  '--query-gpu=index,utilization.gpu,memory.used,temperature.gpu',
  '--format=csv,noheader,nounits',
  '--loop=1',
]

/**
 * One line of nvidia-smi: "0, 37, 1024, 61" is the GPU's number, per cent, MiB and °C. What a card does not tell is
 * "[N/A]" or "[Not Supported]" there and missing here; a line that is something else tells nothing.
 */
export function parseGpuLine(line: string): GpuSample {
  const fields = line.split(',').map((field) => field.trim())
  if (fields.length !== 4 || !/^\d+$/.test(fields[0]!)) return []
  const gpu = Number(fields[0])
  const told = ([what, field, scale]: readonly ['load' | 'memory' | 'temperature', string, number]): GpuSample =>
    /^\d+(\.\d+)?$/.test(field) ? [[gpuMetric(gpu, what), Number(field) * scale]] : []
  return (
    [
      ['load', fields[1]!, 0.01],
      ['memory', fields[2]!, 2 ** 20],
      ['temperature', fields[3]!, 1],
    ] as const
  ).flatMap(told)
}

/**
 * Has nvidia-smi tell about every GPU once a second. Where it is missing or ends there are no samples, and nobody is
 * troubled: a GPU is a thing that a machine may have.
 *
 * @returns ends it
 */
export function watchGpus(onSample: (sample: GpuSample) => void, command = 'nvidia-smi'): () => void {
  const child = spawn(command, ARGUMENTS, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true })
  // Not there, or it may not be run: what it would have told is missing, nothing else.
  child.on('error', () => {})
  createInterface(child.stdout).on('line', (line) => onSample(parseGpuLine(line)))
  return () => killChild(child)
}
