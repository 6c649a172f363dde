/**
 * Probability that |T| is at most t, of Student's t with whole degrees of freedom: the finite sums over cos² of
 * atan(t/√ν), exact but for rounding.
 *
 * @param t at least 0
 * @param freedom ν, whole, at least 1
 * @see Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4
 */
export function studentWithin(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom))
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)]
  const odd = freedom % 2 === 1
  let term = odd ? cosine : 1
  let sum = freedom === 1 ? 0 : term
  for (let k = odd ? 3 : 2; k < freedom; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k
    sum += term
  }
  return odd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum
}

const known = new Map<number, number>()

/** The t within which 95 % of Student's distribution lie, on both sides of 0: 12.706 for ν = 1, towards 1.960. */
export function student95(freedom: number): number {
  let t = known.get(freedom)
  if (t === undefined) {
    let [low, high] = [1.9, 12.8]
    // Halved down to the rounding of doubles.
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2
      if (studentWithin(middle, freedom) < 0.95) low = middle
      else high = middle
    }
    t = (low + high) / 2
    known.set(freedom, t)
  }
  return t
}
