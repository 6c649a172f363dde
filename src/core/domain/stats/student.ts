/**
 * Share of Student's t distribution above `t`, by its relation to the incomplete beta function.
 * @param t at least 0
 * @param df degrees of freedom, above 0, whole or not
 * @see Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.1
 */
export const studentTail = (t: number, df: number): number => incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2

/**
 * The t that a share `p` of Student's distribution lies below, to 12 digits.
 * @param p above 0.5 and below 1: 0.975 for the half width of a 95 % interval
 * @param df degrees of freedom, at least 1
 */
export function studentQuantile(p: number, df: number): number {
  const tail = 1 - p
  let [low, high] = [0, 1]
  while (studentTail(high, df) > tail) [low, high] = [high, 2 * high]
  for (let i = 0; i < 100 && high - low > 1e-13 * high; i++) {
    const middle = (low + high) / 2
    if (studentTail(middle, df) > tail) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const known = new Map<number, number>()

/** The t within which 95 % of Student's distribution lie, on both sides of 0: 12.706 for 1 degree of freedom, towards 1.960. */
export function student95(df: number): number {
  let t = known.get(df)
  // Asked for again and again, with the same few numbers of runs.
  if (t === undefined) known.set(df, (t = studentQuantile(0.975, df)))
  return t
}

/** The regularised incomplete beta function I_x(a, b). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  // The fraction converges fast on this side of the mean only.
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b
}

/** Its continued fraction by the modified Lentz method. @see Press et al., Numerical Recipes, 6.4 */
function betaFraction(x: number, a: number, b: number): number {
  const sound = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value)
  let c = 1
  let d = 1 / sound(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / sound(1 + even * d)
    c = sound(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / sound(1 + odd * d)
    c = sound(1 + odd / c)
    const step = d * c
    h *= step
    if (Math.abs(step - 1) < 1e-15) break
  }
  return h
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** ln Γ(x) for x > 0 by Lanczos' series, g = 7. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const at = x - 1
  const sum = LANCZOS.reduce((total, c, i) => (i === 0 ? c : total + c / (at + i)), 0)
  const t = at + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(t) - t + Math.log(sum)
}
