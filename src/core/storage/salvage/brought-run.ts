import { isLive, RUN_COLOURS } from '../../domain/run'
import { parseRunSpec } from '../../domain/spec/run-spec'
import { type RunRecord, toRunRow } from '../run-row'
import type { BroughtRun } from '../types'

/** Facts that a run can do without. */
const OPTIONAL = ['engine', 'dataset', 'environment'] as const

/** A run as a new workspace takes it, and which of its facts could not be read; null where its settings cannot. */
export function broughtRun(record: RunRecord): { run: BroughtRun; lostFacts: string[] } | null {
  const lostFacts: string[] = []
  const sound = { ...record }
  for (const name of OPTIONAL)
    if (sound[name] !== null && !isObject(sound[name])) {
      sound[name] = null
      lostFacts.push(name)
    }
  if (!isTexts(sound.tags)) {
    sound.tags = '[]'
    lostFacts.push('tags')
  }
  if (sound.colour !== null && !(sound.colour >= 1 && sound.colour <= RUN_COLOURS)) sound.colour = null
  let spec: BroughtRun['spec']
  try {
    spec = parseRunSpec(JSON.parse(record.spec))
  } catch {
    return null
  }
  // It is the name of a folder too.
  if (!/^[\w-]{1,64}$/.test(record.id)) return null
  const { metrics: _, ...run } = toRunRow({ ...sound, spec: JSON.stringify(spec) })
  const live = isLive(run.status)
  return {
    run: live ? { ...run, status: 'interrupted', reason: 'Read from a damaged workspace while it was training' } : run,
    lostFacts,
  }
}

const parsed = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

const isObject = (text: unknown): boolean => {
  const value = parsed(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const isTexts = (text: unknown): boolean => {
  const value = parsed(text)
  return Array.isArray(value) && value.every((tag) => typeof tag === 'string')
}
