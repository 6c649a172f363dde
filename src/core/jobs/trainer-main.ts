import { runTrainer } from './trainer'
import { openTrainerPort } from './trainer-port'

/** Entry of a trainer process: TensorFlow.js, no database, no Electron. */
process.on('SIGINT', () => {
  // Ctrl+C reaches the whole process group: the core decides how a run ends.
})
process.on('unhandledRejection', (error) => {
  console.error(error)
  process.exit(1)
})

// Loading the engine takes longest; the port must listen before that.
runTrainer(
  openTrainerPort(),
  async (spec, context) => (await import('../engine/train/train')).train(spec, context),
  (code) => process.exit(code),
)
