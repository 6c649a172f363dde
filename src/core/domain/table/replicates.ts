import type { RunSpec } from '../spec/run-spec'

/** Specs never change: the key of one is made once. */
const keys = new WeakMap<RunSpec, string>()

/**
 * The same for all runs that are asked for the same under different seeds, and for no others: 64 bits of their settings.
 * Names, groups, tags and notes decide nothing; threads decide how long a run takes, not what it does.
 */
export function replicateKey(spec: RunSpec): string {
  let key = keys.get(spec)
  if (key === undefined) {
    const { name: _n, group: _g, tags: _t, notes: _o, seed: _s, threads: _th, ...settings } = spec
    // Parsing puts the fields of a spec into the schema's order, so that equal settings have equal texts.
    keys.set(spec, (key = hash64(JSON.stringify(settings))))
  }
  return key
}

/** Two 32-bit lanes with the constants of MurmurHash3, as 16 hexadecimal digits. Not for secrets. */
function hash64(text: string): string {
  let a = 0x9e3779b9
  let b = 0x85ebca6b
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x85ebca6b)
    a = (a << 13) | (a >>> 19)
    b = Math.imul(b ^ code, 0xc2b2ae35)
    b = (b << 17) | (b >>> 15)
  }
  a = Math.imul(a ^ (b >>> 16), 0xc2b2ae35)
  b = Math.imul(b ^ (a >>> 13), 0x85ebca6b)
  const digits = (word: number) => (word >>> 0).toString(16).padStart(8, '0')
  return digits(a ^ (a >>> 16)) + digits(b ^ (b >>> 15))
}
