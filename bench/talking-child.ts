import type { ToTrainer } from '../src/core/jobs/protocol'
import { talker } from './pages/talking-trainer'

// A trainer's process that only talks, 1000 updates a second: what the core has to do is measured, not training.
const trainer = talker(1000)()
trainer.onMessage((message) => process.send!(message))
trainer.onExit(() => process.exit(0))
process.on('message', (message) =>
  (message as ToTrainer).type === 'stop' ? process.exit(0) : trainer.send(message as ToTrainer),
)
process.on('disconnect', () => process.exit(0))
