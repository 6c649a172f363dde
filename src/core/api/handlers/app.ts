import type { HandlerContext, HandlersOf } from './context'

export const appHandlers = (core: HandlerContext): HandlersOf<'app'> => ({
  'app.info': () => ({
    version: core.version,
    workspace: {
      name: core.storage.dir.split(/[\\/]/).filter(Boolean).at(-1) ?? core.storage.dir,
      dir: core.storage.dir,
      bytes: core.databaseBytes(),
    },
    runs: core.storage.runs.count(),
    engine: core.engine,
    parallel: core.parallel,
    cores: core.machine.cores,
    memoryGb: core.machine.memoryGb,
  }),
})
