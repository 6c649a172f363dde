import { extent } from '../../domain/stats/decimate'
import { fromBlob, toBlob } from './blobs'

/** Points of a full chunk; chunk k of a track always begins at ordinal k * 1024. */
export const CHUNK = 1024

/** How the steps of a chunk are stored: as a rule where they are evenly spaced, else one by one. */
export interface ChunkSteps {
  min_step: number
  max_step: number
  step0: number
  stride: number
  steps: Buffer | null
}

/** Steps as a rule only where that gives back every bit of them. */
export function packSteps(steps: Float64Array): ChunkSteps {
  const [min_step, max_step] = extent(steps)
  const step0 = steps[0]!
  const stride = steps.length > 1 ? steps[1]! - step0 : 0
  const even = steps.every((step, i) => Object.is(step, step0 + i * stride))
  return { min_step, max_step, step0, stride, steps: even ? null : toBlob(steps) }
}

export function unpackSteps(chunk: Pick<ChunkSteps, 'step0' | 'stride' | 'steps'>, n: number): Float64Array {
  if (chunk.steps !== null) return fromBlob(chunk.steps)
  const steps = new Float64Array(n)
  fillSteps(steps, 0, chunk, n)
  return steps
}

/** Writes a chunk's n steps into an array, from an index on. */
export function fillSteps(
  into: Float64Array,
  at: number,
  { step0, stride, steps }: Pick<ChunkSteps, 'step0' | 'stride' | 'steps'>,
  n: number,
): void {
  if (steps !== null) into.set(fromBlob(steps), at)
  else for (let i = 0; i < n; i++) into[at + i] = step0 + i * stride
}
