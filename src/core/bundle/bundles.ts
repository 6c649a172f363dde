import { Writable } from 'node:stream'
import { AppError } from '../domain/errors'
import type { BundleStore } from '../api/services'
import { intoFile, writeStreamed } from '../files/write-whole'
import { MOST_BYTES } from '../domain/file-kind'
import type { Storage } from '../storage/types'
import { PAGE_LIMITS } from './format'
import { importBundle } from './import-bundle'
import { writeBundle } from './write-bundle'

/** Bytes of a bundle that goes through a page, where it is held in memory as a whole. */
const MAX_PAGE_BUNDLE = MOST_BYTES.bundle

/** Bundles in memory, for pages and for commands that another process answers; {@link writeBundle} streams. */
export const createBundles = (storage: Storage, version: string, newId: () => string): BundleStore => ({
  async pack(rows, { checkpoints }) {
    const pieces: Buffer[] = []
    let size = 0
    const out = new Writable({
      write(piece: Buffer, _encoding, next) {
        size += piece.length
        if (size > MAX_PAGE_BUNDLE) return next(tooLarge())
        pieces.push(piece)
        next()
      },
    })
    await writeBundle(storage, rows, out, { version, checkpoints })
    return Buffer.concat(pieces)
  },
  async packInto(path, rows, { checkpoints }) {
    await writeStreamed(
      path,
      async (file) => void (await writeBundle(storage, rows, intoFile(file), { version, checkpoints })),
      { force: true },
    )
  },
  async unpack(source, onProgress) {
    if (typeof source === 'string') return importBundle(storage, source, { newId, onProgress })
    if (source.length > MAX_PAGE_BUNDLE) throw tooLarge()
    return importBundle(storage, source, { newId, limits: PAGE_LIMITS, onProgress })
  },
})

const tooLarge = (): AppError =>
  new AppError('request.tooLarge', `The bundle is larger than ${MAX_PAGE_BUNDLE} bytes, the most that a page takes`, {
    field: 'bundle',
    allowed: `${MAX_PAGE_BUNDLE} bytes`,
    hint: 'Close Anneal and use the command line: anneal export … --format bundle, anneal import',
  })
