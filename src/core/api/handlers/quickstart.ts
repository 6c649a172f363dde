import { quickstartSpecs } from '../../domain/quickstart'
import type { HandlerContext, HandlersOf } from './context'
import { startRuns } from './start-runs'

export const quickstartHandlers = (core: HandlerContext): HandlersOf<'quickstart'> => ({
  'quickstart.start': ({ steps }) => ({ runs: startRuns(core, quickstartSpecs(steps)) }),
})
