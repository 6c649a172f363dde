import * as v from 'valibot'

/** Largest accepted learning rate: above it a value is a typing error, not a choice. */
export const MAX_RATE = 1e4

/** A finite number whose message says what is allowed; the field's name and the given value are added by `parseSpec`. */
export const number = (allowed: string, test: (x: number) => boolean) =>
  v.pipe(
    v.number(allowed),
    v.check((x) => Number.isFinite(x) && test(x), allowed),
  )

export const integer = (allowed: string, from: number, to = Number.MAX_SAFE_INTEGER) =>
  number(`must be a whole number ${allowed}`, (x) => Number.isInteger(x) && x >= from && x <= to)

export const rate = () => number(`must be above 0 and at most ${MAX_RATE}`, (x) => x > 0 && x <= MAX_RATE)
export const rateOrZero = () => number(`must be from 0 to ${MAX_RATE}`, (x) => x >= 0 && x <= MAX_RATE)
export const fraction = () => number('must be above 0 and below 1', (x) => x > 0 && x < 1)
export const momentumValue = () => number('must be at least 0 and below 1', (x) => x >= 0 && x < 1)
export const positive = () => number('must be above 0', (x) => x > 0)
export const atLeastZero = () => number('must be at least 0', (x) => x >= 0)
export const count = (to = Number.MAX_SAFE_INTEGER) =>
  integer(to === Number.MAX_SAFE_INTEGER ? 'of at least 1' : `from 1 to ${to}`, 1, to)
export const flag = () => v.boolean('must be true or false')

const bytes = (text: string): number => {
  let n = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    n += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return n
}

/** Text of at most `max` UTF-8 bytes; line breaks only where they make sense. */
export const text = (max: number, from = 0) => {
  const allowed = `must be text of ${from} to ${max} bytes`
  return v.pipe(
    v.string(allowed),
    v.check((s) => bytes(s) >= from && bytes(s) <= max, allowed),
  )
}

/** One of a few words; the message lists them, a close one is offered by `parseSpec`. */
export const choice = <const T extends readonly string[]>(words: T) =>
  v.picklist(words, `must be one of ${words.join(', ')}`)
