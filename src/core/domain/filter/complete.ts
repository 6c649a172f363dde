import type { FieldInfo, FieldKind, FieldList } from '../table/describe-fields'
import { AGGREGATE_NAMES, type Field, namedField, SHORTHANDS } from './fields'
import { type Expected, expectedAfter } from './expected'
import { WORDS } from './filter'
import { quote } from './parser'
import { type Token, tokenize } from './tokens'

export interface Completion {
  /** Ready to be put into the filter, quoted where it must be. */
  text: string
  kind: 'field' | 'metric' | 'comparator' | 'value' | 'word'
  /** Runs that have it; null where that says nothing. */
  runs: number | null
}

/** What may stand where the caret is: one of the options takes the place of the characters from `from` to `to`. */
export interface Completions {
  from: number
  to: number
  options: Completion[]
}

/** More than anyone reads. */
const MOST = 100

const COMPARATORS_OF: Record<FieldKind, readonly string[]> = {
  number: ['=', '!=', '<', '<=', '>', '>=', 'in', 'not in'],
  time: ['<', '<=', '>', '>=', '=', '!='],
  text: ['=', '!=', '~', 'in', 'not in'],
  list: ['has', '=', '!=', '~', 'in', 'not in'],
  flag: ['=', '!='],
}

/**
 * Completes a filter that is being written: fields, comparators that suit the field, its most frequent values, and, or,
 * parentheses. What is written of a word narrows the options down: first those that begin with it, then those with a
 * part that begins so, then those that contain it; among equals what most runs have.
 *
 * @param caret characters before it
 * @param known the answer of runs.fields
 * @returns no options where the text before the caret makes no sense
 */
export function completeFilter(text: string, caret: number, known: FieldList): Completions {
  const tokens = tokenize(text.slice(0, caret), true).slice(0, -1)
  const written = wordBefore(tokens, text, caret)
  const expected = expectedAfter(written ? tokens.slice(0, -1) : tokens)
  const { from, to, part } = written ?? { from: caret, to: caret, part: '' }
  return { from, to, options: expected ? narrow(optionsFor(expected, known), part) : [] }
}

/** The word, text or operator that ends at the caret, and where it ends behind it. */
function wordBefore(tokens: readonly Token[], text: string, caret: number) {
  const last = tokens.at(-1)
  if (!last || last.kind === 'mark') return null
  const before = text.slice(last.at, caret)
  const after = text.slice(caret)
  if (last.kind === 'text') {
    const mark = before[0]!
    // With its closing quote it is finished.
    const isOpen = tokenize(`${text.slice(0, caret)}${mark}`, true).at(-2)!.at === last.at
    if (!isOpen) return null
    const rest = new RegExp(`^[^\\s${mark}]*${mark}`).exec(after)?.[0].length ?? 0
    return { from: last.at, to: caret + rest, part: last.text }
  }
  if (before !== last.text) return null
  const rest = last.kind === 'word' ? /^[^\s()[\],=!<>~"']*/.exec(after)![0].length : 0
  return { from: last.at, to: caret + rest, part: last.text }
}

function optionsFor({ what, field, depth }: Expected, known: FieldList): Completion[] {
  switch (what) {
    case 'term':
      return [...fieldOptions(known), word('not'), word('(')]
    case 'comparator':
      return COMPARATORS_OF[kindOf(field, known)].map((text) => ({ text, kind: 'comparator', runs: null }))
    case 'in':
      return [{ text: 'in', kind: 'comparator', runs: null }]
    case 'list':
      return [word('(')]
    case 'value':
    case 'element':
      return valueOptions(field, known)
    case 'more':
      return [word(','), word(')')]
    case 'joiner':
      return [word('and'), word('or'), ...(depth > 0 ? [word(')')] : [])]
  }
}

const word = (text: string): Completion => ({ text, kind: 'word', runs: null })

function fieldOptions({ fields, metrics }: FieldList): Completion[] {
  const runsOf = new Map(fields.map(({ name, runs }) => [name, runs]))
  const shorthands = Object.entries(SHORTHANDS).filter(([, full]) => runsOf.has(full))
  return [
    ...shorthands.map(([text, full]): Completion => ({ text, kind: 'field', runs: runsOf.get(full)! })),
    ...fields.map(({ name, runs }): Completion => ({ text: name, kind: 'field', runs })),
    ...metrics.flatMap(({ name, runs }) =>
      AGGREGATE_NAMES.map((aggregate): Completion => ({ text: quote(`${name}.${aggregate}`), kind: 'metric', runs })),
    ),
  ]
}

function infoOf(word: string, { fields }: FieldList): { field: Field; info: FieldInfo | undefined } | null {
  try {
    const field = namedField(word, 'filter')
    return { field, info: fields.find(({ name }) => name === field.name) }
  } catch {
    // No field, or short for several: the filter's own error says so.
    return null
  }
}

function kindOf(word: string, known: FieldList): FieldKind {
  const found = infoOf(word, known)
  return found?.field.metric ? 'number' : (found?.info?.kind ?? 'text')
}

function valueOptions(word: string, known: FieldList): Completion[] {
  const found = infoOf(word, known)
  if (!found) return []
  const values = found.info?.values ?? []
  const option = (value: string | number | boolean, runs: number): Completion => ({
    text: typeof value === 'string' ? quote(value) : String(value),
    kind: 'value',
    runs,
  })
  const words = WORDS[found.field.name] ?? []
  const unused = words.filter((one) => !values.some(({ value }) => value === one))
  return [...values.map(({ value, runs }) => option(value, runs)), ...unused.map((one) => option(one, 0))]
}

/** Options that fit what is written, best first; all, as they are, where nothing is. */
function narrow(options: readonly Completion[], part: string): Completion[] {
  if (part === '') return options.slice(0, MOST)
  const wanted = part.toLowerCase()
  const rank = ({ text }: Completion): number => {
    const plain = text.toLowerCase().replace(/^"/, '')
    const at = plain.indexOf(wanted)
    if (at <= 0) return at
    return plain.split(/[./_\s-]/).some((piece) => piece.startsWith(wanted)) ? 1 : 2
  }
  return options
    .map((option, place) => ({ option, place, rank: rank(option) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank || (b.option.runs ?? 0) - (a.option.runs ?? 0) || a.place - b.place)
    .slice(0, MOST)
    .map(({ option }) => option)
}
