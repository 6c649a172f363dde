import type { Pixels } from './decode-image'

/** Weights of grey by the luma of Rec. 601, as most image libraries have it. */
const LUMA = [0.299, 0.587, 0.114] as const

/** Pixels of the source that one of the target covers: a first one, and the share of it and of each further one. */
interface Cover {
  first: number
  shares: Float64Array
}

/** Along one side: each target pixel covers from/to source pixels, the first and last of them in part. */
function coverage(from: number, to: number): Cover[] {
  const scale = from / to
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * scale, (i + 1) * scale]
    const first = Math.min(Math.floor(start + 1e-9), from - 1)
    const last = Math.max(first, Math.min(Math.ceil(end - 1e-9), from) - 1)
    const shares = Float64Array.from({ length: last - first + 1 }, (_, k) => {
      const overlap = Math.min(end, first + k + 1) - Math.max(start, first + k)
      return Math.max(overlap, 0) / scale
    })
    return { first, shares }
  })
}

/**
 * Brings an image to size × size pixels, whatever its sides: each target pixel is the mean of the area it covers.
 * Transparent parts are seen on white.
 *
 * @param to where the bytes are written, size × size × channels, channels last
 * @param channels 3, or 1 for grey
 */
export function resizeInto(image: Pixels, size: number, channels: 1 | 3, to: Uint8Array): void {
  const { width, height, data } = image
  const columns = coverage(width, size)
  const rows = coverage(height, size)
  const line = new Float64Array(width * channels)
  const narrow = new Float64Array(size * channels)
  const sums = new Float64Array(size * channels)
  rows.forEach(({ first, shares }, y) => {
    sums.fill(0)
    shares.forEach((share, k) => {
      onWhite(data, (first + k) * width, line, channels)
      narrowInto(line, columns, channels, narrow)
      for (let i = 0; i < sums.length; i++) sums[i]! += share * narrow[i]!
    })
    for (let i = 0; i < sums.length; i++) to[y * sums.length + i] = Math.round(Math.min(255, Math.max(0, sums[i]!)))
  })
}

function onWhite(data: Uint8Array, start: number, line: Float64Array, channels: 1 | 3): void {
  for (let x = 0; x * channels < line.length; x++) {
    const from = 4 * (start + x)
    const opacity = data[from + 3]! / 255
    const colour = (c: number) => data[from + c]! * opacity + 255 * (1 - opacity)
    if (channels === 1) line[x] = LUMA[0] * colour(0) + LUMA[1] * colour(1) + LUMA[2] * colour(2)
    else for (let c = 0; c < 3; c++) line[3 * x + c] = colour(c)
  }
}

function narrowInto(line: Float64Array, columns: readonly Cover[], channels: number, to: Float64Array): void {
  columns.forEach(({ first, shares }, x) => {
    for (let c = 0; c < channels; c++) {
      let sum = 0
      for (let k = 0; k < shares.length; k++) sum += shares[k]! * line[(first + k) * channels + c]!
      to[x * channels + c] = sum
    }
  })
}
