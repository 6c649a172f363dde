import { type UtilityProcess, utilityProcess } from 'electron'

/** What a utility process must not inherit: both change how it starts. */
const NOT_INHERITED = ['NODE_OPTIONS', 'LD_PRELOAD']

/** Starts a bundle of ours in a process of its own; only after the app is ready. Its standard error can be read. */
export function forkUtility(file: string, args: string[], serviceName: string): UtilityProcess {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_INHERITED.includes(name)))
  return utilityProcess.fork(file, args, { serviceName, env, stdio: ['ignore', 'ignore', 'pipe'] })
}
