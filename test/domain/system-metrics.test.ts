import { describe, expect, it } from 'vitest'
import { formatSystem, gpuMetric, SYSTEM, systemFrames, systemUnit } from '../../src/core/domain/system-metrics'

describe('a metric of the machine', () => {
  it.each([
    [SYSTEM.cpuLoad, 0.374, '37 %'],
    [SYSTEM.memory, 3_140_000_000, '3.1 GB'],
    [SYSTEM.trainerMemory, 412_000_000, '412 MB'],
    [gpuMetric(1, 'temperature'), 61.4, '61 °C'],
    [gpuMetric(0, 'load'), NaN, 'NaN'],
  ])('%s %d reads %s', (metric, value, text) => expect(formatSystem(metric, value)).toBe(text))

  it('is told from one of the user by its unit', () => {
    expect(systemUnit('system/queue')).toBeNull()
    expect(formatSystem('train/loss', 1)).toBeNull()
    expect(formatSystem('disk/load', 1)).toBeNull()
  })
})

describe('a look at the machine', () => {
  it('keeps load and memory together and gives a track to what a machine may have', () => {
    const more = new Map([[SYSTEM.cpuTemperature as string, 50]])
    const [both, temperature] = systemFrames({ cpuLoad: 0.5, memory: 1e9, more }, 7, 1000)
    expect(both).toMatchObject({ track: 'system', metrics: [SYSTEM.cpuLoad, SYSTEM.memory], n: 1 })
    expect([...both!.data]).toEqual([7, 1000, 0.5, 1e9])
    expect([temperature!.track, ...temperature!.data]).toEqual([SYSTEM.cpuTemperature, 7, 1000, 50])
  })
})
