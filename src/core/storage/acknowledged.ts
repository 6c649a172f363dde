import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

export const ACKNOWLEDGED_NAME = 'anneal.acknowledged'

/** A slot: length of the id (Uint16), the id, at 104 the number of updates (Float64), at 112 the CRC-32 of all before. */
const SLOT = 128
const ID_BYTES = 100
const STEPS_AT = 104
const SUM_AT = 112

/** What a power cut may take back of this file; the database itself is synced at every commit. */
const SYNC_MS = 5000

/**
 * How many updates of each run are stored, in a file of its own: what a damaged write-ahead log loses is lost without a
 * word, as SQLite takes the damage for its end. Written after each commit in place, so that it never says more than was
 * stored, except after damage.
 */
export interface Acknowledged {
  /** What the file said when it was opened. */
  found: ReadonlyMap<string, number>
  /** So many updates are stored. A failure is none of the caller's: the number before stays, which says less. */
  note(run: string, steps: number): void
  /** Before what is stored is taken back: the file must not say more than the database, whenever the process ends. */
  lower(runs: readonly string[], steps: number): void
  /** Forgets all but these: what was found has been compared, or everything has left the log and nothing can be lost. */
  keepOnly(runs: ReadonlyMap<string, number>): void
  close(): void
}

export function openAcknowledged(file: string): Acknowledged {
  const slots = new Map<string, number>()
  let handle: number | null = null
  let next = 0
  let syncedAt = performance.now()

  const open = (): number => (handle ??= openSync(file, existsSync(file) ? 'r+' : 'w+', 0o600))
  const close = () => {
    if (handle !== null) closeSync(handle)
    handle = null
  }
  const write = (run: string, steps: number) => {
    const slot = encode(run, steps)
    if (!slot) return
    const at = slots.get(run) ?? next
    writeSync(open(), slot, 0, SLOT, at * SLOT)
    slots.set(run, at)
    next = Math.max(next, at + 1)
  }
  const sync = () => {
    if (handle !== null) fsyncSync(handle)
    syncedAt = performance.now()
  }
  const keepOnly = (runs: ReadonlyMap<string, number>) => {
    close()
    slots.clear()
    next = 0
    if (!runs.size) return rmSync(file, { force: true })
    const partial = `${file}.partial`
    const bytes = [...runs].map(([run, steps]) => encode(run, steps)).filter((slot) => slot !== null)
    const other = openSync(partial, 'w', 0o600)
    try {
      writeSync(other, Buffer.concat(bytes))
      fsyncSync(other)
    } finally {
      closeSync(other)
    }
    renameSync(partial, file)
    for (const run of runs.keys()) slots.set(run, next++)
  }

  return {
    found: read(file),
    note(run, steps) {
      try {
        write(run, steps)
        if (performance.now() - syncedAt > SYNC_MS) sync()
      } catch {
        // A full disk, for example: the batch itself is stored, and its trainer waits for the answer.
      }
    },
    lower(runs, steps) {
      const written = runs.filter((run) => slots.has(run))
      if (!written.length) return
      for (const run of written) write(run, steps)
      sync()
    },
    keepOnly,
    close,
  }
}

function encode(run: string, steps: number): Buffer | null {
  const id = Buffer.from(run)
  if (id.length > ID_BYTES) return null
  const slot = Buffer.alloc(SLOT)
  slot.writeUInt16LE(id.length, 0)
  id.copy(slot, 2)
  slot.writeDoubleLE(steps, STEPS_AT)
  slot.writeUInt32LE(crc32(slot.subarray(0, SUM_AT)), SUM_AT)
  return slot
}

/** Slots that are whole; what a crash cut in half says nothing. */
function read(file: string): Map<string, number> {
  const found = new Map<string, number>()
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  for (let at = 0; at + SLOT <= bytes.length; at += SLOT) {
    const slot = bytes.subarray(at, at + SLOT)
    const length = slot.readUInt16LE(0)
    if (length > ID_BYTES || crc32(slot.subarray(0, SUM_AT)) !== slot.readUInt32LE(SUM_AT)) continue
    found.set(slot.toString('utf8', 2, 2 + length), slot.readDoubleLE(STEPS_AT))
  }
  return found
}
