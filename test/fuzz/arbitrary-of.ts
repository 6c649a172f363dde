import fc from 'fast-check'
import type * as v from 'valibot'
import { hostileNumber, hostileText, hostileValue } from './hostile'

/** The parts of a valibot schema that say what values it takes. */
interface Shape {
  type: string
  entries?: Record<string, Shape>
  item?: Shape
  wrapped?: Shape
  options?: readonly unknown[]
  literal?: unknown
  class?: unknown
  pipe?: readonly { type: string; requirement?: unknown }[]
}

/** Values that mean something where they are drawn: ids of runs that are there, their metrics, fields. */
export interface Known {
  /** Of a field of that name. */
  text(field: string): readonly string[]
  number: readonly number[]
}

/** One part in so many of an input is hostile where it would be valid. */
const HOSTILE_SHARE = 24

/**
 * Inputs that a schema takes, or nearly: each part of them may be replaced by anything, left out, or joined by what does
 * not belong there. Made from the schema, so that a method that is new is tried as well.
 */
export const arbitraryOf = (schema: v.GenericSchema, known: Known): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 2, arbitrary: drawn(schema as unknown as Shape, known, false) },
    { weight: 1, arbitrary: drawn(schema as unknown as Shape, known, true) },
  )

function drawn(schema: Shape, known: Known, isBent: boolean): fc.Arbitrary<unknown> {
  const text = (field: string): fc.Arbitrary<unknown> =>
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...known.text(field)) },
      ...(isBent ? [{ weight: 1, arbitrary: hostileText }] : []),
    )
  const number = (shape: Shape): fc.Arbitrary<unknown> => {
    const [min, max] = [requirement(shape, 'min_value'), requirement(shape, 'max_value')]
    const edges = [min, max].flatMap((edge) => (edge === undefined ? [] : [edge, edge - 1, edge + 1]))
    return fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...fitting(known.number, shape, min, max)) },
      ...(isBent && edges.length ? [{ weight: 1, arbitrary: fc.constantFrom(...edges) }] : []),
      ...(isBent ? [{ weight: 1, arbitrary: hostileNumber }] : []),
    )
  }
  const object = (entries: Record<string, Shape>): fc.Arbitrary<unknown> => {
    const own = Object.entries(entries).map(([key, shape]) =>
      fc.tuple(fc.constant(key), isThere(shape), of(shape, key)),
    )
    const strange = isBent
      ? fc.option(fc.tuple(hostileText, hostileValue), { freq: HOSTILE_SHARE, nil: null })
      : fc.constant(null)
    return fc.tuple(fc.tuple(...own), strange).map(([fields, more]) => {
      const made: Record<string, unknown> = {}
      for (const [key, there, value] of fields) if (there) made[key] = value
      // Not by assignment, for a key __proto__.
      if (more && more[0] !== undefined)
        Object.defineProperty(made, String(more[0]), {
          value: more[1],
          enumerable: true,
          configurable: true,
          writable: true,
        })
      return made
    })
  }
  const of = (shape: Shape, field: string): fc.Arbitrary<unknown> =>
    isBent
      ? fc.oneof({ weight: HOSTILE_SHARE, arbitrary: valid(shape, field) }, { weight: 1, arbitrary: hostileValue })
      : valid(shape, field)
  const valid = (shape: Shape, field: string): fc.Arbitrary<unknown> => {
    switch (shape.type) {
      case 'object':
      case 'strict_object':
      case 'loose_object':
        return object(shape.entries!)
      case 'array':
        return fc.array(of(shape.item!, field), {
          minLength: Math.min(requirement(shape, 'min_length') ?? 0, 3),
          maxLength: 5,
        })
      case 'optional':
      case 'nullable':
      case 'nullish':
        return fc.oneof(
          { weight: 5, arbitrary: of(shape.wrapped!, field) },
          { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
        )
      case 'picklist':
        return fc.constantFrom(...shape.options!)
      case 'literal':
        return fc.constant(shape.literal)
      case 'union':
      case 'variant':
        return fc.oneof(...(shape.options as Shape[]).map((option) => of(option, field)))
      case 'string':
        return text(field)
      case 'number':
        return number(shape)
      case 'boolean':
        return fc.boolean()
      case 'instance':
        return fc.uint8Array({ maxLength: 200 })
      default:
        return hostileValue
    }
  }
  /** Of a bent input needed fields are there but for one time in 16. */
  const isThere = ({ type }: Shape): fc.Arbitrary<boolean> => {
    if (type === 'optional' || type === 'nullish') return fc.boolean()
    return isBent ? fc.integer({ min: 0, max: 15 }).map((n) => n > 0) : fc.constant(true)
  }
  return of(schema, '')
}

/** Those of some numbers that a schema takes, as far as it says so; its edges where there are none. */
function fitting(numbers: readonly number[], { pipe }: Shape, min = -Infinity, max = Infinity): readonly number[] {
  const isWhole = pipe?.some(({ type }) => type === 'integer' || type === 'safe_integer') ?? false
  const fit = numbers.filter((x) => x >= min && x <= max && (!isWhole || Number.isInteger(x)))
  return fit.length ? fit : [Number.isFinite(min) ? min : max]
}

function requirement({ pipe }: Shape, type: string): number | undefined {
  const found = pipe?.find((action) => action.type === type)?.requirement
  return typeof found === 'number' ? found : undefined
}
