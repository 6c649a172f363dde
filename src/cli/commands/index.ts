import type { Command } from '../command'
import { backupCommand } from './backup'
import { bestCommand } from './best'
import { compareCommand } from './compare'
import { deleteCommand } from './delete'
import { doctorCommand } from './doctor'
import { engineCommand } from './engine'
import { exportCommand } from './export'
import { helpOn } from './help'
import { importCommand } from './import'
import { quickstartCommand } from './quickstart'
import { rangeTestCommand } from './range-test'
import { restoreCommand } from './restore'
import { resumeCommand } from './resume'
import { runCommand } from './run'
import { runsCommand } from './runs'
import { scheduleCommand } from './schedule'
import { seriesCommand } from './series'
import { serveCommand } from './serve'
import { showCommand } from './show'
import { tagCommand } from './tag'

const WORKERS = [
  quickstartCommand,
  runCommand,
  resumeCommand,
  rangeTestCommand,
  runsCommand,
  showCommand,
  compareCommand,
  bestCommand,
  seriesCommand,
  scheduleCommand,
  exportCommand,
  importCommand,
  backupCommand,
  restoreCommand,
  tagCommand,
  deleteCommand,
  serveCommand,
  engineCommand,
  doctorCommand,
] as unknown as readonly Command[]

/** Every command in the order that the help shows them. */
export const COMMANDS: readonly Command[] = [...WORKERS, helpOn(WORKERS) as unknown as Command]
