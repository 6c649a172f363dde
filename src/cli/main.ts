#!/usr/bin/env node
/** Entry of `anneal`. Nothing else is imported before the version check: the database's binary crashes on an older Node. */
const NODE_MAJOR = 22

const major = Number(process.versions.node.split('.')[0])
if (major < NODE_MAJOR) {
  process.stderr.write(
    `Error: Anneal needs Node ${NODE_MAJOR} or newer, this is ${process.version}\n` +
      '  In a checkout `npm run -s anneal -- …` uses the Node that comes with it; otherwise install a newer one from nodejs.org.\n',
  )
  process.exit(1)
}
const { runCli } = await import('./run-cli')
await runCli(process.argv.slice(2))

export {}
