/** One line on standard error about what is being done: standard output belongs to results. */
export const say = (text) => process.stderr.write(`${text}\n`)

/** Ends the program with words for people. */
export function fail(text, code = 1) {
  say(`Error: ${text}`)
  process.exit(code)
}
