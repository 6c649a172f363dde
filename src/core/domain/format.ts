/** A missing value, as tables show it. */
export const MISSING = '–'

/** A number that is not finite as a word: NaN, +Inf, −Inf; null for finite ones. */
export const nonFiniteWord = (x: number): string | null =>
  Number.isNaN(x) ? 'NaN' : x === Infinity ? '+Inf' : x === -Infinity ? '−Inf' : null

const exponent = (x: number, digits: number): string =>
  x
    .toExponential(digits)
    .replace(/\.?0+e/, 'e')
    .replace('e+', 'e')

/** A learning rate with 3 significant digits: fixed notation down to 0.001, then 8e-4. */
export function formatRate(x: number): string {
  const word = nonFiniteWord(x)
  if (word || x === 0) return word ?? '0'
  if (Math.abs(x) < 0.001 || Math.abs(x) >= 1e5) return exponent(x, 2)
  return x.toPrecision(3)
}

/** A whole number with thin spaces between thousands: 4\u2009690. */
export const formatCount = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009')

/** A loss with 4 decimals, exponent form for the very small and very large. */
export function formatLoss(x: number): string {
  const word = nonFiniteWord(x)
  if (word) return word
  const size = Math.abs(x)
  return size !== 0 && (size < 1e-4 || size >= 1e5) ? exponent(x, 3) : x.toFixed(4)
}

/** Any other number with up to 4 significant digits: 12.34, 7, 1.23e-5. */
export function formatNumber(x: number): string {
  const size = Math.abs(x)
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return nonFiniteWord(x) ?? x.toExponential(2).replace('e+', 'e')
  return nonFiniteWord(x) ?? String(Number(x.toPrecision(4)))
}

/** A share as per cent with 2 decimals and without the sign: 98.12. */
export const formatPercent = (x: number): string => nonFiniteWord(x) ?? (100 * x).toFixed(2)

/** A duration for people: 0.8 s, 42 s, 6m 12s, 2h 05m. */
export function formatDuration(ms: number): string {
  const s = ms / 1000
  if (s < 10) return `${s.toFixed(1)} s`
  if (s < 60) return `${Math.round(s)} s`
  const whole = Math.round(s)
  const two = (n: number) => String(n).padStart(2, '0')
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`
  return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`
}

/** A size in the unit people would say: 812 kB, 3.1 GB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let power = 0
  while (bytes >= 1000 && power < units.length - 1) {
    bytes /= 1000
    power++
  }
  return `${power && bytes < 10 ? bytes.toFixed(1) : Math.round(bytes)} ${units[power]}`
}
