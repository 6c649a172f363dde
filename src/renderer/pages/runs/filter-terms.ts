import { parseFilter } from '../../../core/domain/filter/parser'
import { type Token, tokenize } from '../../../core/domain/filter/tokens'
import { AppError } from '../../../core/domain/errors'

/** A piece of a filter with the looks it gets: fields, values, operators. */
export interface FilterPiece {
  text: string
  look: 'name' | 'number' | 'value' | 'plain'
}

const JOINTS = new Set(['and', 'or', 'not', 'in', 'has'])
const isJoint = (token: Token): boolean => token.kind === 'word' && JOINTS.has(token.text.toLowerCase())

/** Why a filter is not valid, and at which column (from 1); null for one that is. */
export function filterProblem(filter: string, check: (filter: string) => unknown): AppError | null {
  try {
    check(filter)
    return null
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

/** Cuts a filter into coloured pieces; together they are the text again, also while it is half written. */
export function colourFilter(filter: string): FilterPiece[] {
  let tokens: Token[]
  try {
    tokens = tokenize(filter)
  } catch {
    return [{ text: filter, look: 'plain' }]
  }
  const pieces: FilterPiece[] = []
  let afterComparator = false
  let inList = false
  tokens.forEach((token, i) => {
    const end = tokens[i + 1]?.at ?? filter.length
    const text = filter.slice(token.at, end)
    if (token.at > 0 && i === 0) pieces.push({ text: filter.slice(0, token.at), look: 'plain' })
    if (!text) return
    const isValue = (token.kind === 'word' || token.kind === 'text') && !isJoint(token)
    const isNumber = isValue && token.kind === 'word' && token.text.trim() !== '' && Number.isFinite(Number(token.text))
    const look = !isValue ? 'plain' : afterComparator || inList ? (isNumber ? 'number' : 'value') : 'name'
    pieces.push({ text, look })
    if (token.kind === 'mark' && token.text === '(') inList = tokens[i - 1]?.text.toLowerCase() === 'in'
    if (token.kind === 'mark' && token.text === ')') inList = false
    afterComparator = token.kind === 'operator' || (isJoint(token) && token.text.toLowerCase() === 'has')
  })
  return pieces
}

/** The conditions that a filter joins by `and` at its top, as they are written; one where it does not. */
export function conjuncts(filter: string): string[] {
  if (parseFilter(filter).kind !== 'and') return [filter.trim()]
  let depth = 0
  let from = 0
  const parts: string[] = []
  for (const token of tokenize(filter)) {
    if (token.kind === 'mark' && '(['.includes(token.text)) depth++
    if (token.kind === 'mark' && ')]'.includes(token.text)) depth--
    if (depth || token.kind !== 'word' || token.text.toLowerCase() !== 'and') continue
    parts.push(filter.slice(from, token.at).trim())
    from = token.at + token.text.length
  }
  return [...parts, filter.slice(from).trim()]
}
