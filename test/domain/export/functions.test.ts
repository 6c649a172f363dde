import vm from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { javascriptPlateaus } from '../../../src/core/domain/export/plateau-code'
import { javascriptFunctions, javascriptImports } from '../../../src/core/domain/export/rate-function'
import { spellSchedule } from '../../../src/core/domain/export/spell-schedule'
import { createSchedule, FAMILIES, type ScheduleSpec } from '../../../src/core/domain/schedules/registry'
import { CASES } from './cases'
import { largestOff, measuredAfter, ourRates } from './played'

interface Spelled {
  lr(t: number): number
  momentum: ((t: number) => number) | null
  plateaus: { observe(value: number): void }[]
}

/** What the functions of exported code compute. */
function executed(spec: ScheduleSpec, steps: number): Spelled & { spelled: ReturnType<typeof spellSchedule> } {
  const spelled = spellSchedule(spec, steps)
  const lines = [...javascriptPlateaus(spelled.plateaus), ...javascriptFunctions(spelled.functions)]
  const names = spelled.plateaus.map(({ name }) => name).join(', ')
  const result = `{ lr, momentum: ${spelled.movesMomentum ? 'momentum' : 'null'}, plateaus: [${names}] }`
  const code = [...javascriptImports(lines), ...lines, `;(${result})`].join('\n')
  return { ...(vm.runInNewContext(`(() => { ${code.replace(/;\((.*)\)$/, 'return $1')} })()`) as Spelled), spelled }
}

describe('a schedule spelled out', () => {
  it.each(CASES)('$id: is ours at every update, and stays at its end', ({ subject }) => {
    const { spec, steps } = subject
    const { lr, momentum, plateaus, spelled } = executed(spec.schedule, steps)
    const got = { lr: [] as number[], momentum: [] as number[] }
    for (let t = 0; t < steps; t++) {
      got.lr.push(lr(t))
      if (momentum) got.momentum.push(momentum(t))
      spelled.plateaus.forEach(({ from, to, spec: { metric } }, i) => {
        const due = metric === 'train/loss' || (t + 1) % spec.evaluate!.everySteps === 0
        if (due && from <= t && t < to) plateaus[i]!.observe(measuredAfter(t))
      })
    }
    const ours = ourRates(subject)
    expect(largestOff(got.lr, ours.lr)).toBeLessThanOrEqual(1e-12)
    if (momentum) expect(largestOff(got.momentum, ours.momentum)).toBeLessThanOrEqual(1e-12)
    expect(lr(steps + 1000)).toBe(got.lr.at(-1))
    if (spelled.plateaus.length) expect(new Set(got.lr).size).toBeGreaterThan(2)
  })

  it.each([1, 2, 3, 7, 1000])('is ours for the defaults of every family over %i updates', (steps) => {
    for (const family of FAMILIES) {
      const spec = family.defaults(0.3, steps)
      const { lr, momentum } = executed(spec, steps)
      const ours = createSchedule(spec, steps)
      const at = (f: (t: number) => number) => Array.from({ length: steps }, (_, t) => f(t))
      expect([family.kind, largestOff(at(lr), at(ours.lr)) <= 1e-12]).toEqual([family.kind, true])
      if (ours.momentum) expect(largestOff(at(momentum!), at(ours.momentum))).toBeLessThanOrEqual(1e-12)
    }
  })

  it('is ours for 1cycles, restarts and WSDs of any fields and any length (600 random specs)', () => {
    const rates = fc.double({ min: 1e-6, max: 1e3, noNaN: true })
    const specs = fc.oneof(
      fc.record({
        kind: fc.constant('one-cycle' as const),
        maxLr: rates,
        pctStart: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        anneal: fc.constantFrom('cosine' as const, 'linear' as const),
        div: fc.double({ min: 1, max: 100, noNaN: true }),
        finalDiv: fc.double({ min: 1, max: 1e5, noNaN: true }),
        threePhase: fc.boolean(),
        momentum: fc.constantFrom(null, { base: 0.8, max: 0.97 }),
        convention: fc.constantFrom('pytorch' as const, 'fastai' as const),
      }),
      fc.record({
        kind: fc.constant('warm-restarts' as const),
        lr: rates,
        minLr: fc.constantFrom(0, 1e-7),
        cycleSteps: fc.integer({ min: 1, max: 30 }),
        cycleMult: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.double({ min: 1, max: 3, noNaN: true })),
        peakMult: fc.double({ min: 0.1, max: 1, noNaN: true }),
        convention: fc.constantFrom('pytorch' as const, 'keras' as const),
      }),
      fc.record({
        kind: fc.constant('wsd' as const),
        lr: rates,
        warmupSteps: fc.integer({ min: 0, max: 200 }),
        decaySteps: fc.integer({ min: 0, max: 200 }),
        endLr: fc.constantFrom(0, 1e-7),
        decay: fc.constantFrom('linear' as const, 'cosine' as const, 'one-minus-sqrt' as const),
      }),
    )
    fc.assert(
      fc.property(specs, fc.integer({ min: 1, max: 150 }), (spec, steps) => {
        const { lr } = executed(spec, steps)
        const ours = createSchedule(spec, steps)
        const peak = Math.max(...Array.from({ length: steps }, (_, t) => ours.lr(t)))
        // Near zero a cosine cancels: what is left there is a rounding error of the peak.
        return Array.from({ length: steps }, (_, t) => Math.abs(lr(t) - ours.lr(t))).every((off) => off <= 1e-14 * peak)
      }),
      { numRuns: 600, seed: 7 },
    )
  })
})
