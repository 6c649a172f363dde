import vm from 'node:vm'
import type { Arguments } from './library-schedules'

/** What expressions of Python mean in JavaScript; other names stand for themselves. */
const NAMES = { True: true, False: false, None: null, np: { array: (x: number) => x } }

const valueOf = (text: string): unknown =>
  /^[a-z]\w*$/.test(text) ? text : vm.runInNewContext(`(${text})`, { ...NAMES })

/** Splits at the commas that lie outside of brackets. */
function split(text: string): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if ('([{'.includes(character)) depth++
    if (')]}'.includes(character)) depth--
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

/**
 * The call of `name` in code and its arguments.
 * @param positional name of an argument without one
 */
export function callIn(code: string, name: string, positional = ''): Arguments {
  const from = code.indexOf(`${name}(`)
  if (from < 0) throw new Error(`The code does not call ${name}`)
  let depth = 0
  let to = from + name.length
  do {
    if (code[to] === '(') depth++
    if (code[to] === ')') depth--
    to++
  } while (depth > 0)
  return Object.fromEntries(
    split(code.slice(from + name.length + 1, to - 1)).map((argument) => {
      const named = /^(\w+)=(.*)$/s.exec(argument)
      return named ? [named[1]!, valueOf(named[2]!)] : [positional, valueOf(argument)]
    }),
  )
}
