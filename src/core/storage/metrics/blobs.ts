/** Numbers as a blob, without copying. Little-endian, as every platform that Anneal runs on is. */
export const toBlob = (numbers: Float64Array | Uint8Array): Buffer =>
  Buffer.from(numbers.buffer as ArrayBuffer, numbers.byteOffset, numbers.byteLength)

/** A blob's numbers; a view of it where it is aligned, else a copy. */
export function fromBlob(blob: Buffer): Float64Array {
  if (blob.byteOffset % 8 === 0) return new Float64Array(blob.buffer as ArrayBuffer, blob.byteOffset, blob.length / 8)
  return new Float64Array(Uint8Array.from(blob).buffer)
}
