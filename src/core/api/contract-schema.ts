import * as v from 'valibot'
import { flag, text } from '../domain/spec/fields'

/** A type the core vouches for; outputs are checked structurally in tests, inputs always. */
export const trusted = <T>() => v.custom<T>((value) => value !== undefined)

/** A run's id as it comes from outside: any text; whether such a run exists is told where it is used. */
export const RunId = v.pipe(
  v.string('must be a run id'),
  v.minLength(1, 'must be a run id'),
  v.maxLength(256, 'must be a run id'),
)
/** A metric by its name. */
export const MetricName = v.pipe(
  v.string('must be a metric name'),
  v.minLength(1, 'must be a metric name'),
  v.maxLength(256, 'must be a metric name'),
)
/** Runs by id, at least `least` and at most `most` of them. */
export const RunIds = (least: number, most: number) =>
  v.pipe(
    v.array(RunId),
    v.minLength(least, `must name at least ${least === 1 ? 'one run' : `${least} runs`}`),
    v.maxLength(most, `must name at most ${most} runs`),
  )
/** A filter of runs as people write it; its language is checked where it is used. */
export const FilterText = v.pipe(v.string('must be text'), v.maxLength(4096, 'must be at most 4096 characters'))
/** A field by the names of filters. */
export const FieldName = text(512, 1)
/** What runs are sorted by. */
export const RunSort = v.strictObject({ column: FieldName, descending: flag() })
/** At most `most` of something. */
export const several = <I extends v.GenericSchema>(item: I, what: string, most: number) =>
  v.pipe(v.array(item, `must be a list of ${what}`), v.maxLength(most, `must name at most ${most} ${what}`))
/** A whole number from 0 on. */
export const WholeNumber = (max: number) =>
  v.pipe(
    v.number(`must be a whole number from 0 to ${max}`),
    v.integer(`must be a whole number from 0 to ${max}`),
    v.minValue(0, `must be a whole number from 0 to ${max}`),
    v.maxValue(max, `must be a whole number from 0 to ${max}`),
  )
/** A place on the x axis. */
export const Step = v.pipe(v.number('must be a step'), v.finite('must be a step'))
/** The input of a method that takes none. */
export const Nothing = v.optional(v.strictObject({}), {})

type Kind = 'query' | 'command'
/** What the contract says of a method: what it takes, and what it gives. */
export interface Entry<I extends v.GenericSchema = v.GenericSchema, O extends v.GenericSchema = v.GenericSchema> {
  kind: Kind
  input: I
  output: O
}
/** A method that only reads. */
export const query = <I extends v.GenericSchema, O extends v.GenericSchema>(entry: { input: I; output: O }) => ({
  kind: 'query' as const,
  ...entry,
})
/** A method that changes something. */
export const command = <I extends v.GenericSchema, O extends v.GenericSchema>(entry: { input: I; output: O }) => ({
  kind: 'command' as const,
  ...entry,
})
