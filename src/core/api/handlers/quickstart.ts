import { quickstartSpecs } from '../../domain/quickstart'
import type { HandlerContext, HandlersOf } from './context'
import { startRuns } from './start-runs'

export const quickstartHandlers = (core: HandlerContext): HandlersOf<'quickstart'> => ({
  'quickstart.start': async ({ steps }) => {
    const specs = quickstartSpecs(steps)
    // They differ in their schedule only: what one needs from this machine, all need.
    await core.checkTrainable(specs[0]!)
    return { runs: startRuns(core, specs) }
  },
})
