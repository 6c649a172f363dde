import { indented } from './source'

/**
 * One statement of a function of the update t. Expressions are of the part that Python and JavaScript write alike:
 * numbers, names, + - * / % ** and comparisons, and calls of {@link MATHS}.
 */
export type Statement =
  | { let: string; be: string }
  | { set: string; be: string }
  | { if: string; then: Statement[] }
  | { while: string; do: Statement[] }
  | { return: string }

/** A function of the update t that code spells out. */
export interface RateFunction {
  name: string
  /** What it is, in words. */
  about: string
  body: Statement[]
}

/** What expressions may call, beside `min`, `max` and `abs`, which Python has without an import. */
const MATHS = ['ceil', 'cos', 'floor', 'pi', 'sqrt'] as const
/** What other lines of Python may call. */
const PYTHON_MATHS = [...MATHS, 'isfinite'].sort()
const BUILT_IN = ['abs', 'max', 'min'] as const

/** Is it called, and not as a method of something else? */
const uses = (text: string, name: string): boolean =>
  new RegExp(name === 'pi' ? '\\bpi\\b' : `(?<![.\\w])${name}\\(`).test(text)

/** The functions as Python. */
export function pythonFunctions(functions: readonly RateFunction[]): string[] {
  return functions.flatMap(({ name, about, body }) => [
    '',
    '',
    `def ${name}(t):`,
    ...indented([`"""${about}"""`, ...body.flatMap(pythonStatement)]),
  ])
}

/** "from math import cos, pi" for what these lines use; nothing where they use nothing. */
export function pythonImports(lines: readonly string[]): string[] {
  const text = lines.join('\n')
  const used = PYTHON_MATHS.filter((name) => uses(text, name))
  return used.length ? [`from math import ${used.join(', ')}`] : []
}

function pythonStatement(statement: Statement): string[] {
  if ('let' in statement) return [`${statement.let} = ${statement.be}`]
  if ('set' in statement) return [`${statement.set} = ${statement.be}`]
  if ('if' in statement) return [`if ${statement.if}:`, ...indented(statement.then.flatMap(pythonStatement))]
  if ('while' in statement) return [`while ${statement.while}:`, ...indented(statement.do.flatMap(pythonStatement))]
  return [`return ${statement.return}`]
}

/** The functions as JavaScript. */
export function javascriptFunctions(functions: readonly RateFunction[]): string[] {
  return functions.flatMap(({ name, about, body }) => [
    '',
    `/** ${about} */`,
    `function ${name}(t) {`,
    ...indented(body.flatMap(javascriptStatement), '  '),
    '}',
  ])
}

/** "const { cos, PI: pi } = Math" for what these lines use; nothing where they use nothing. */
export function javascriptImports(lines: readonly string[]): string[] {
  const text = lines.join('\n')
  const used = [...MATHS, ...BUILT_IN].filter((name) => uses(text, name)).sort()
  if (!used.length) return []
  return [`const { ${used.map((name) => (name === 'pi' ? 'PI: pi' : name)).join(', ')} } = Math`]
}

function javascriptStatement(statement: Statement): string[] {
  if ('let' in statement) return [`let ${statement.let} = ${statement.be}`]
  if ('set' in statement) return [`${statement.set} = ${statement.be}`]
  if ('if' in statement) {
    const [only, ...more] = statement.then.flatMap(javascriptStatement)
    if (only && !more.length) return [`if (${statement.if}) ${only}`]
    return [`if (${statement.if}) {`, ...indented([only!, ...more], '  '), '}']
  }
  if ('while' in statement)
    return [`while (${statement.while}) {`, ...indented(statement.do.flatMap(javascriptStatement), '  '), '}']
  return [`return ${statement.return}`]
}
