import { COMPARATORS } from './parser'
import type { Token } from './tokens'

/** What may come next at a place of a filter that is still being written. */
export interface Expected {
  what: 'term' | 'comparator' | 'in' | 'list' | 'value' | 'element' | 'more' | 'joiner'
  /** Field of the condition that is being written. */
  field: string
  /** Parentheses that are open. */
  depth: number
}

/**
 * Follows the grammar of `parseFilter` up to the end of some tokens, as far as they make sense.
 * @returns null where they do not: nothing can be said about what comes next
 */
export function expectedAfter(tokens: readonly Token[]): Expected | null {
  const state: Expected = { what: 'term', field: '', depth: 0 }
  for (const token of tokens) {
    const next = step(state, token)
    if (!next) return null
    state.what = next
  }
  return state
}

function step(state: Expected, { kind, text }: Token): Expected['what'] | null {
  const word = kind === 'word' ? text.toLowerCase() : ''
  const isValue = kind === 'word' || kind === 'text'
  switch (state.what) {
    case 'term':
      if (text === '(' && kind === 'mark') state.depth++
      else if (word !== 'not' && isValue) {
        state.field = text
        return 'comparator'
      } else if (word !== 'not') return null
      return 'term'
    case 'comparator':
      if (word === 'not') return 'in'
      if (word === 'in') return 'list'
      return COMPARATORS.some((one) => one === (kind === 'operator' ? text : word)) ? 'value' : null
    case 'in':
      return word === 'in' ? 'list' : null
    case 'list':
      return kind === 'mark' && '(['.includes(text) ? 'element' : null
    case 'element':
      return isValue ? 'more' : null
    case 'more':
      if (kind !== 'mark') return null
      return text === ',' ? 'element' : ')]'.includes(text) ? 'joiner' : null
    case 'value':
      return isValue ? 'joiner' : null
    case 'joiner':
      if (word === 'and' || word === 'or') return 'term'
      if (kind !== 'mark' || text !== ')' || state.depth === 0) return null
      state.depth--
      return 'joiner'
  }
}
