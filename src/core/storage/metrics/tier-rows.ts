import { coarser, emptyTier, type Tier, TIER_FACTOR, type TierLevel, tierOf } from '../../domain/stats/tiers'
import { readable, type WritableDb } from '../database'
import { CHUNK } from './chunk-steps'

/** Entries of a full row, so that an overview reads few rows: one row holds 1024, 16 384 or 262 144 points. */
const ROW_ENTRIES = 64

const FLOAT_COLUMNS = ['min', 'max', 'first', 'last'] as const
const COUNT_COLUMNS = ['minAt', 'maxAt', 'nonFinite'] as const
const NARROW = FLOAT_COLUMNS.length * 4 + COUNT_COLUMNS.length * 2
const WIDE = FLOAT_COLUMNS.length * 8 + COUNT_COLUMNS.length * 2

const SMALLEST_NORMAL = 2 ** -126

/** Float32 may round a value (by 6e-8 of it, less than a pixel), but never turn it into 0 or infinity. */
function fitsFloat32(value: number): boolean {
  if (!Number.isFinite(value) || value === 0) return true
  const size = Math.abs(Math.fround(value))
  return size >= SMALLEST_NORMAL && size !== Infinity
}

/**
 * A tier's entries as a blob, column by column: min, max, first, last as Float32, then minAt, maxAt, nonFinite as
 * Uint16. Where Float32 cannot hold the size of a value, the whole row has Float64 instead; the length tells which.
 */
export function encodeTier(tier: Tier): Buffer {
  const wide = !FLOAT_COLUMNS.every((name) => tier[name].every(fitsFloat32))
  const bytes = new Uint8Array(tier.length * (wide ? WIDE : NARROW))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const name of FLOAT_COLUMNS)
    for (const value of tier[name]) {
      if (wide) view.setFloat64(at, value, true)
      else view.setFloat32(at, value, true)
      at += wide ? 8 : 4
    }
  for (const name of COUNT_COLUMNS)
    for (const value of tier[name]) {
      view.setUint16(at, value, true)
      at += 2
    }
  return Buffer.from(bytes.buffer)
}

/** The inverse of {@link encodeTier}. */
export function decodeTier(blob: Buffer, length: number): Tier {
  const tier = emptyTier(length)
  const wide = blob.length === length * WIDE
  let at = 0
  for (const name of FLOAT_COLUMNS)
    for (let k = 0; k < length; k++) {
      tier[name][k] = wide ? blob.readDoubleLE(at) : blob.readFloatLE(at)
      at += wide ? 8 : 4
    }
  for (const name of COUNT_COLUMNS)
    for (let k = 0; k < length; k++) {
      tier[name][k] = blob.readUInt16LE(at)
      at += 2
    }
  return tier
}

/** First `a.length`, then `b.length` entries. */
function concat(a: Tier, b: Tier): Tier {
  const tier = emptyTier(a.length + b.length)
  for (const name of [...FLOAT_COLUMNS, ...COUNT_COLUMNS]) {
    tier[name].set(a[name])
    tier[name].set(b[name], a.length)
  }
  return tier
}

function slice(tier: Tier, start: number): Tier {
  const part = emptyTier(tier.length - start)
  for (const name of [...FLOAT_COLUMNS, ...COUNT_COLUMNS]) part[name].set(tier[name].subarray(start))
  return part
}

const rowStart = (ordinal: number, level: TierLevel): number => ordinal - (ordinal % (ROW_ENTRIES * level))

/** Overviews of full chunks. */
export function openTiers(db: WritableDb) {
  const find = readable(db).query<{ n: number; data: Buffer }>(
    'SELECT n, data FROM tier WHERE metric = ? AND level = ? AND ord0 = ?',
  )
  const put = db.prepare('INSERT OR REPLACE INTO tier (metric, level, ord0, n, data) VALUES (?, ?, ?, ?, ?)')

  const readRow = (metric: number, level: TierLevel, ord0: number): Tier => {
    const row = find.get(metric, level, ord0)
    return row ? decodeTier(row.data, row.n) : emptyTier(0)
  }

  /** Adds entries that begin at an ordinal to their row, behind those that are there; returns the row. */
  const extend = (metric: number, level: TierLevel, ordinal: number, entries: Tier): Tier => {
    const ord0 = rowStart(ordinal, level)
    const row = ordinal === ord0 ? entries : concat(readRow(metric, level, ord0), entries)
    put.run(metric, level, ord0, row.length, encodeTier(row))
    return row
  }

  return {
    /** Adds the tiers of a full chunk; the coarsest one when the chunk completes its 4096 points. */
    add(metric: number, ord0: number, values: Float64Array): void {
      const fine = tierOf(values)
      extend(metric, 16, ord0, fine)
      const middle = extend(metric, 256, ord0, coarser(fine, 16))
      const group = TIER_FACTOR * 256
      const start = ord0 + CHUNK - group
      if (start % group === 0) extend(metric, 4096, start, coarser(slice(middle, middle.length - TIER_FACTOR), 256))
    },

    /** Reads entries of one metric and level; gives the row that holds an ordinal and the place of its entry there. */
    reader(metric: number) {
      const rows = new Map<string, Tier>()
      return (level: TierLevel, ordinal: number): { row: Tier; k: number } => {
        const ord0 = rowStart(ordinal, level)
        const name = `${level}:${ord0}`
        let row = rows.get(name)
        if (!row) rows.set(name, (row = readRow(metric, level, ord0)))
        return { row, k: (ordinal - ord0) / level }
      }
    },
  }
}
