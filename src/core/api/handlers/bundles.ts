import { BUNDLE_ENDING } from '../../domain/export/bundle-ending'
import { fileBase } from '../../domain/export/file-name'
import type { ImportResult } from '../contract-export'
import type { HandlerContext, HandlersOf } from './context'

/** Whole runs out of the workspace and into it. */
export function bundleHandlers({
  storage,
  bundles,
  emit,
}: HandlerContext): Pick<HandlersOf<'export'>, 'export.bundle'> & HandlersOf<'import'> {
  return {
    'export.bundle': async ({ runs, checkpoints }) => {
      const rows = [...new Set(runs)].map((run) => storage.runs.get(run))
      const base = rows.length === 1 ? fileBase(rows[0]!) : `${rows.length}-runs`
      const bytes = await bundles.pack(rows, { checkpoints })
      return { name: `${base}.${BUNDLE_ENDING}`, type: 'application/zip', bytes }
    },
    'import.bundle': ({ bytes }) => bringIn(bytes, { bundles, emit }),
  }
}

/** Imports a bundle and tells everyone how far it is, and of the runs. */
export async function bringIn(
  source: string | Uint8Array,
  { bundles, emit }: Pick<HandlerContext, 'bundles' | 'emit'>,
): Promise<ImportResult> {
  const result = await bundles.unpack(
    source,
    inHundredths((share) => emit({ type: 'import.progress', share })),
  )
  if (result.imported.length) emit({ type: 'runs.changed', runs: result.imported })
  return result
}

/** Tells a share at most a hundred times, and its end. */
function inHundredths(tell: (share: number) => void): (done: number, total: number) => void {
  let last = -1
  return (done, total) => {
    const hundredth = total ? Math.floor((100 * done) / total) : 100
    if (hundredth === last) return
    last = hundredth
    tell(hundredth / 100)
  }
}
