import type { Fill } from './batch'
import { fillFloats, type FloatSource } from './fill-floats'
import { fillImages, type ImageSource } from './fill-images'

/** What batches are filled from: plain data that every thread fills the same batches from, to the last bit. */
export type Source = ImageSource | FloatSource

export const fillFrom = (source: Source): Fill => (source.form === 'images' ? fillImages(source) : fillFloats(source))

/** A typed array in memory that threads share; one that is there already stays. */
export function shared<T extends Uint8Array | Uint16Array | Int32Array | Float32Array>(values: T): T {
  if (values.buffer instanceof SharedArrayBuffer) return values
  const make = values.constructor as new (memory: SharedArrayBuffer) => T
  const copy = new make(new SharedArrayBuffer(values.byteLength))
  copy.set(values)
  return copy
}
