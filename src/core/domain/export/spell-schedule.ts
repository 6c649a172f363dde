import { createSchedule, type ScheduleSpec } from '../schedules/registry'
import { stepsBehind } from '../schedules/warmup'
import { momentumOf, rateOf, type SpecOf, straight } from './formulas'
import type { RateFunction, Statement } from './rate-function'
import { real, whole } from './source'

/** A plateau that code keeps the state of: what it hears, and from which update to which. */
export interface SpelledPlateau {
  /** Variable that holds it. */
  name: string
  spec: SpecOf<'plateau'>
  /** Values measured after update t count where from ≤ t < to. */
  from: number
  to: number
}

/** A schedule as functions of t: `lr`, and `momentum` where it moves; what they call comes before them. */
export interface SpelledSchedule {
  functions: RateFunction[]
  movesMomentum: boolean
  plateaus: SpelledPlateau[]
}

/** Any schedule over a run of `steps` updates as functions that a program can spell out. */
export function spellSchedule(spec: ScheduleSpec, steps: number): SpelledSchedule {
  const functions: RateFunction[] = []
  const plateaus: SpelledPlateau[] = []
  const clamp: Statement = { set: 't', be: `min(t, ${whole(steps - 1)})` }
  const define = (name: string, about: string, body: Statement[]) => {
    functions.push({ name, about, body: name === 'lr' || name === 'momentum' ? clamped(clamp, body) : body })
    return name
  }

  function rate(name: string, part: ScheduleSpec, n: number, from: number): string {
    const { warmup, ...inner } = part
    if (warmup) {
      const behind = stepsBehind(warmup, n)
      const next = rate(`${name}_after_warmup`, inner as ScheduleSpec, behind, from + warmup.steps)
      const target = createSchedule(inner as ScheduleSpec, behind).lr(0)
      const share = `${warmup.convention === 'anneal' ? '(t + 1)' : 't'} / ${whole(warmup.steps)}`
      const climb =
        warmup.shape === 'linear'
          ? straight(warmup.from, target, share)
          : `${real(warmup.from)} * (${real(target)} / ${real(warmup.from)}) ** (${share})`
      return define(name, 'Rate of update t: a warm-up, then what follows it.', [
        { if: `t < ${whole(warmup.steps)}`, then: [{ return: climb }] },
        { return: `${next}(t - ${whole(warmup.steps)})` },
      ])
    }
    if (part.kind === 'plateau') {
      const plateau = `plateau${plateaus.length || ''}`
      plateaus.push({ name: plateau, spec: part, from, to: from + n - 1 })
      return define(name, 'Rate of update t: as far down as the plateau has cut it.', [{ return: `${plateau}.lr` }])
    }
    if (part.kind === 'sequence') {
      const parts = placed(part).map(({ at, steps: own, schedule }, i) => ({
        at,
        call: `${rate(`${name}_${i + 1}`, schedule, own, from + at)}(${since(at)})`,
      }))
      return define(name, 'Rate of update t: one schedule after another.', chain(part, n, parts))
    }
    return define(name, 'Rate of update t.', rateOf(part, n))
  }

  function momentum(name: string, part: ScheduleSpec, n: number): string | null {
    const { warmup, ...inner } = part
    const about = 'Momentum (beta 1 of Adam) of update t.'
    if (warmup) {
      const next = momentum(`${name}_after_warmup`, inner as ScheduleSpec, stepsBehind(warmup, n))
      return next && define(name, about, [{ return: `${next}(max(0, t - ${whole(warmup.steps)}))` }])
    }
    if (part.kind === 'plateau') return null
    if (part.kind === 'sequence') {
      const moving = placed(part).flatMap(({ at, steps: own, schedule }, i) => {
        const called = momentum(`${name}_${i + 1}`, schedule, own)
        // Before the first part that moves it, its first value holds; after a part, that part's last one.
        return called ? [{ at, call: `${called}(min(max(${since(at)}, 0), ${whole(own - 1)}))` }] : []
      })
      return moving.length ? define(name, about, chain(part, n, moving)) : null
    }
    const body = momentumOf(part, n)
    return body && define(name, about, body)
  }

  rate('lr', spec, steps, 0)
  const movesMomentum = momentum('momentum', spec, steps) !== null
  return { functions, movesMomentum, plateaus }
}

/** What reads t past the end keeps the last update's value; a constant does not read it. */
const clamped = (clamp: Statement, body: Statement[]): Statement[] =>
  body.length === 1 && 'return' in body[0]! && !/\bt\b/.test(body[0].return) ? body : [clamp, ...body]

/** Updates since one that a part begins with. */
const since = (at: number): string => (at ? `t - ${whole(at)}` : 't')

function placed({ parts }: SpecOf<'sequence'>) {
  let end = 0
  return parts.map((part) => {
    const at = end
    end += part.steps
    return { ...part, at }
  })
}

/** Calls one part after another, each from its update on. */
function chain({ parts }: SpecOf<'sequence'>, n: number, calls: readonly { at: number; call: string }[]): Statement[] {
  const total = parts.reduce((sum, part) => sum + part.steps, 0)
  return [
    ...(total < n ? [{ set: 't', be: `min(t, ${whole(total - 1)})` }] : []),
    ...calls.slice(1).map(({ at }, i): Statement => ({ if: `t < ${whole(at)}`, then: [{ return: calls[i]!.call }] })),
    { return: calls.at(-1)!.call },
  ]
}
