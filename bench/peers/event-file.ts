const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0x82f63b78 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

/** CRC-32C, rotated and moved as TFRecord has it. @see tensorflow/core/lib/hash/crc32c.h */
function masked(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255]! ^ (crc >>> 8)
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

const varint = (value: number): number[] => {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0))
    if (rest < 128) return bytes
  }
}
/** A protobuf field of bytes. */
const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes])

/**
 * One scalar as a record: length, its checksum, an Event (wall_time, step, summary with tag and simple_value), its checksum.
 * @see tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto
 */
export function recordOf(tag: string, step: number, seconds: number, value: number): Buffer {
  const scalar = Buffer.alloc(5)
  scalar[0] = (2 << 3) | 5
  scalar.writeFloatLE(value, 1)
  const summary = field(1, Buffer.concat([field(1, Buffer.from(tag)), scalar]))
  const time = Buffer.alloc(9)
  time[0] = (1 << 3) | 1
  time.writeDoubleLE(seconds, 1)
  const event = Buffer.concat([time, Buffer.from([2 << 3, ...varint(step)]), field(5, summary)])
  const record = Buffer.alloc(16 + event.length)
  record.writeBigUInt64LE(BigInt(event.length), 0)
  record.writeUInt32LE(masked(record.subarray(0, 8)), 8)
  event.copy(record, 12)
  record.writeUInt32LE(masked(event), 12 + event.length)
  return record
}

/** Steps and values of one tag, checksums checked as TensorBoard checks them; the whole file is read for it. */
export function valuesOf(file: Buffer, tag: string): [number, number][] {
  const found: [number, number][] = []
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at))
    const event = file.subarray(at + 12, at + 12 + length)
    if (masked(event) !== file.readUInt32LE(at + 12 + length)) throw new Error('The event file is damaged')
    at += 16 + length
    let p = 10
    const number = () => {
      let value = 0
      for (let scale = 1; ; scale *= 128) {
        const byte = event[p++]!
        value += (byte & 127) * scale
        if (byte < 128) return value
      }
    }
    const step = number()
    // Fields 5 (summary) and 1 (its value), both with a length in front, then the tag.
    p++
    number()
    p++
    number()
    p++
    const size = number()
    if (event.toString('latin1', p, p + size) === tag) found.push([step, event.readFloatLE(p + size + 1)])
  }
  return found
}
