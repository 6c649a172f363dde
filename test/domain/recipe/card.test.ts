import { describe, expect, it } from 'vitest'
import { bestSettings } from '../../../src/core/domain/compare/best-settings'
import { recipeCard } from '../../../src/core/domain/recipe/card'
import type { RunRow } from '../../../src/core/domain/run'
import { runRow, summaryOf } from '../rows'

const accuracy = (value: number) => ({ 'validation/accuracy': summaryOf(value) })
const sha256 = 'ab'.repeat(31) + 'c0de'
const run = (change: Partial<RunRow>, maxLr: number, seed: number) =>
  runRow(
    { dataset: { label: 'MNIST', train: 60000, sha256 } as RunRow['dataset'], totalSteps: 938, ...change },
    { schedule: { kind: 'one-cycle', maxLr }, seed },
  )
const rows = [
  run({ id: 'a1', name: 'warm', peakLr: 0.3, metrics: accuracy(0.9934) }, 0.3, 1),
  run({ id: 'a2', name: 'warm', peakLr: 0.3, metrics: accuracy(0.993) }, 0.3, 2),
  run({ id: 'b1', name: 'cool', peakLr: 0.1, metrics: accuracy(0.9931) }, 0.1, 1),
  run({ id: 'b2', name: 'cool', peakLr: 0.1, metrics: accuracy(0.9929) }, 0.1, 2),
  run({ id: 'c1', name: 'hot', peakLr: 0.8, status: 'diverged', divergedAt: 137 }, 0.8, 1),
]
const textOf = (facts: { label: string; text: string }[], label: string) =>
  facts.find((one) => one.label === label)?.text

describe('the recipe card', () => {
  const best = bestSettings(rows)
  const card = recipeCard(best, best.winner!)

  it('never shows a result without spread and n', () => {
    expect([card.title, card.value, card.spread]).toEqual(['warm', '99.32 %', '± 0.03 sd, 2 seeds'])
    const alone = bestSettings(rows.slice(0, 1))
    expect(recipeCard(alone, alone.winner!).spread).toBe('1 seed, no spread')
  })

  it('has the settings by which the run can be made again', () => {
    expect(card.subtitle).toBe('MNIST, cnn-small, SGD with momentum')
    expect(card.settings[0]).toEqual({ label: 'Peak LR', text: '', rate: '0.300' })
    expect(textOf(card.settings, 'Batch, updates')).toBe('64, 938 (1 epoch)')
    expect(textOf(card.settings, 'First, last LR')).toBe('0.0120, 1.2e-6')
    expect(textOf(card.settings, 'Momentum')).toBe('0.95 first, between 0.85 and 0.95')
    expect(textOf(card.settings, 'Seeds')).toBe('1, 2')
  })

  it('names what comes next, what diverged, and the data', () => {
    expect(textOf(card.evidence, 'Next best')).toBe('cool, 99.30 % ± 0.01 over 2 seeds, a tie')
    expect(textOf(card.evidence, 'Diverges at')).toBe('peak LR 0.800 (hot, 1 of 1, at step 137)')
    expect(textOf(card.evidence, 'Data')).toBe('sha256 abababab…c0de')
    expect(card.finding).toEqual({ tone: 'caution', text: `${best.sentence}.` })
  })

  it('of settings that are not the best names those that are', () => {
    const other = recipeCard(best, best.ranking[1]!)
    expect(textOf(other.evidence, 'Best')).toBe('warm, 99.32 % ± 0.03 over 2 seeds, a tie')
    const travelled = structuredClone(best)
    expect(textOf(recipeCard(travelled, travelled.ranking[0]!).evidence, 'Next best')).toContain('cool')
    const diverged = recipeCard(best, best.ranking[2]!)
    expect([diverged.value, diverged.spread]).toEqual(['no result', '1 of 1 diverged'])
  })
})
