/** A piece of code as it is coloured. */
export interface CodeToken {
  kind: 'keyword' | 'string' | 'number' | 'comment' | 'plain'
  text: string
}

const WORDS = {
  python:
    'and as assert class def elif else except False finally for from global if import in is lambda None nonlocal not or pass raise return True try while with yield',
  javascript:
    'async await class const else export extends false for from function if import in let new null of return super this throw true typeof undefined while',
  json: 'true false null',
  yaml: 'true false null',
}
export type CodeLanguage = keyof typeof WORDS

/** Text over several lines first, then comments, text, numbers that are no part of a name, and words. */
const pattern = (language: CodeLanguage): RegExp => {
  const hash = language === 'python' || language === 'yaml'
  const long = hash ? '"""[\\s\\S]*?"""' : '/\\*[\\s\\S]*?\\*/'
  const comment = hash ? '#.*' : '//.*'
  const text = `"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\\\n]|\\\\.)*'`
  const number = '(?<![\\w.])\\d[\\d_]*(?:\\.\\d+)?(?:e[+-]?\\d+)?'
  return new RegExp(
    `(${long})|(${comment})|(${text})|(${number})|\\b(${WORDS[language].replaceAll(' ', '|')})\\b`,
    'gi',
  )
}
const KINDS = ['comment', 'comment', 'string', 'number', 'keyword'] as const

/** Code in pieces that, joined, are the code. */
export function highlight(code: string, language: CodeLanguage): CodeToken[] {
  const tokens: CodeToken[] = []
  let end = 0
  const words = new Set(WORDS[language].split(' '))
  for (const match of code.matchAll(pattern(language))) {
    const kind = KINDS[match.slice(1).findIndex((group) => group !== undefined)]!
    // The pattern reads exponents in either case, words in their own only.
    if (kind === 'keyword' && !words.has(match[0])) continue
    if (match.index > end) tokens.push({ kind: 'plain', text: code.slice(end, match.index) })
    tokens.push({ kind, text: match[0] })
    end = match.index + match[0].length
  }
  if (end < code.length) tokens.push({ kind: 'plain', text: code.slice(end) })
  return tokens
}
