import { cpus, totalmem } from 'node:os'
import type { Environment } from '../domain/run'
import { VERSION } from '../version'

/** The machine and program as they are recorded with a run; no name of a user or host. */
export function environment(): Environment {
  return {
    anneal: VERSION,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
  }
}
