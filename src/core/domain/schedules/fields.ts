import * as v from 'valibot'
import { integer, momentumValue, number } from '../spec/fields'

/** What a rate is multiplied by as it decays. */
export const decayFactor = () => number('must be above 0 and at most 1', (x) => x > 0 && x <= 1)
export const atLeastOne = () => number('must be at least 1', (x) => x >= 1)
export const wholeOrZero = () => integer('of at least 0', 0)

/**
 * A check between fields that is reported at one of them, so that the message shows that field's value.
 *
 * @param problem what is allowed, in words that follow the field's name; null where all is well
 */
export const across = <T extends object>(field: keyof T & string, problem: (value: T) => string | null) =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const input = dataset.value as Record<string, unknown>
    const message = problem(dataset.value)
    if (message !== null)
      addIssue({
        message,
        input: input[field],
        path: [{ type: 'object', origin: 'value', input, key: field, value: input[field] }],
      })
  })

/** The lower of two numbers must not be above the higher. */
export const notAbove = <T extends object>(low: keyof T & string, high: keyof T & string) =>
  across<T>(low, (value) =>
    (value[low] as number) > (value[high] as number) ? `must not be above ${high} (${String(value[high])})` : null,
  )

/** Each item of a list must lie above the one before it; reported at the item. */
export const ascending = <T>(of: (item: T) => number, what: string) =>
  v.rawCheck<T[]>(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const list = dataset.value
    const at = list.findIndex((item, i) => i > 0 && of(item) <= of(list[i - 1]!))
    if (at < 0) return
    addIssue({
      message: `must be above the ${what} before it (${of(list[at - 1]!)})`,
      input: list[at],
      path: [{ type: 'array', origin: 'value', input: list, key: at, value: list[at] }],
    })
  })

/** Least and greatest momentum (β1 for Adam) of a schedule that moves it: against the rate. */
export const momentumRange = (base: number, max: number) =>
  v.pipe(
    v.strictObject({ base: v.optional(momentumValue(), base), max: v.optional(momentumValue(), max) }),
    across('base', (range) => (range.base > range.max ? `must not be above max (${range.max})` : null)),
  )
