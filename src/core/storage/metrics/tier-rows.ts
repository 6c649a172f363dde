import {
  coarser,
  emptyTier,
  type Tier,
  TIER_FACTOR,
  TIER_LEVELS,
  type TierLevel,
  tierOf,
} from '../../domain/stats/tiers'
import { readable, type WritableDb } from '../database'
import { CHUNK } from './chunk-steps'

/** Entries of a full row, so that an overview reads few rows: one row holds 1024, 16 384 or 262 144 points. */
const ROW_ENTRIES = 64

const FLOAT_COLUMNS = ['min', 'max', 'first', 'last'] as const
const COUNT_COLUMNS = ['minAt', 'maxAt', 'nonFinite'] as const

const SMALLEST_NORMAL = 2 ** -126

/** Float32 may round a value (by 6e-8 of it, less than a pixel), but never turn it into 0 or infinity. */
function fitsFloat32(value: number): boolean {
  if (!Number.isFinite(value) || value === 0) return true
  const size = Math.abs(Math.fround(value))
  return size >= SMALLEST_NORMAL && size !== Infinity
}

/** Number types of a row's columns; every combination has its own size of an entry, by which a blob tells its types. */
const LAYOUTS = [
  { floats: Float32Array, counts: Uint8Array },
  { floats: Float32Array, counts: Uint16Array },
  { floats: Float64Array, counts: Uint8Array },
  { floats: Float64Array, counts: Uint16Array },
].map((types) => ({
  ...types,
  bytes: FLOAT_COLUMNS.length * types.floats.BYTES_PER_ELEMENT + COUNT_COLUMNS.length * types.counts.BYTES_PER_ELEMENT,
}))

/**
 * A tier's entries as a blob, column by column: min, max, first, last as Float32 (as Float64 where that cannot hold the
 * size of a value), then minAt, maxAt, nonFinite as Uint8 (as Uint16 where one is above 255).
 */
export function encodeTier(tier: Tier): Buffer {
  const floats = FLOAT_COLUMNS.every((name) => tier[name].every(fitsFloat32)) ? Float32Array : Float64Array
  const counts = COUNT_COLUMNS.every((name) => tier[name].every((count) => count < 256)) ? Uint8Array : Uint16Array
  const columns = [
    ...FLOAT_COLUMNS.map((name) => new floats(tier[name])),
    ...COUNT_COLUMNS.map((name) => new counts(tier[name])),
  ]
  return Buffer.concat(columns.map(({ buffer }) => new Uint8Array(buffer)))
}

/** A row as it is stored, its columns one behind the other: n each of min, max, first, last; of minAt, maxAt, nonFinite. */
export interface TierRow {
  n: number
  floats: Float32Array | Float64Array
  counts: Uint8Array | Uint16Array
}

/** A row without copying it, where the blob is aligned. */
function viewTier(blob: Buffer, n: number): TierRow {
  const { floats: Floats, counts: Counts } = LAYOUTS.find(({ bytes }) => bytes * n === blob.length)!
  const { buffer, byteOffset } = blob.byteOffset % 8 === 0 ? blob : Uint8Array.from(blob)
  const floats = new Floats(buffer as ArrayBuffer, byteOffset, FLOAT_COLUMNS.length * n)
  return {
    n,
    floats,
    counts: new Counts(buffer as ArrayBuffer, byteOffset + floats.byteLength, COUNT_COLUMNS.length * n),
  }
}

/** The inverse of {@link encodeTier}. */
export function decodeTier(blob: Buffer, length: number): Tier {
  const { floats, counts } = viewTier(blob, length)
  const tier = emptyTier(length)
  FLOAT_COLUMNS.forEach((name, i) => tier[name].set(floats.subarray(i * length, (i + 1) * length)))
  COUNT_COLUMNS.forEach((name, i) => tier[name].set(counts.subarray(i * length, (i + 1) * length)))
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

function slice(tier: Tier, start: number, end = tier.length): Tier {
  const part = emptyTier(end - start)
  for (const name of [...FLOAT_COLUMNS, ...COUNT_COLUMNS]) part[name].set(tier[name].subarray(start, end))
  return part
}

export const rowStart = (ordinal: number, level: TierLevel): number => ordinal - (ordinal % (ROW_ENTRIES * level))

/** Overviews of full chunks. */
export function openTiers(db: WritableDb) {
  const find = readable(db).query<{ n: number; data: Buffer }>(
    'SELECT n, data FROM tier WHERE metric = ? AND level = ? AND ord0 = ?',
  )
  const between = readable(db).query<{ ord0: number; n: number; data: Buffer }>(
    'SELECT ord0, n, data FROM tier WHERE metric = ? AND level = ? AND ord0 BETWEEN ? AND ?',
  )
  const put = db.prepare('INSERT OR REPLACE INTO tier (metric, level, ord0, n, data) VALUES (?, ?, ?, ?, ?)')

  const remove = db.prepare('DELETE FROM tier WHERE metric = ? AND level = ? AND ord0 >= ?')

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

    /** Forgets the entries of points from an ordinal on, which begins a chunk. */
    cut(metric: number, ordinal: number): void {
      for (const level of TIER_LEVELS) {
        const ord0 = rowStart(ordinal, level)
        const kept = Math.floor((ordinal - ord0) / level)
        const row = readRow(metric, level, ord0)
        remove.run(metric, level, ord0)
        if (kept) put.run(metric, level, ord0, kept, encodeTier(slice(row, 0, kept)))
      }
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

    /** The rows of a level that hold the ordinals from `first` to `last`, by the ordinal that they begin at. */
    rows(metric: number, level: TierLevel, first: number, last: number): Map<number, TierRow> {
      const found = between.all(metric, level, rowStart(first, level), last)
      return new Map(found.map(({ ord0, n, data }) => [ord0, viewTier(data, n)]))
    },
  }
}
