// Installs a small release in a process of its own: arguments are the folder, the release as JSON, and the index.
import { installRelease } from '../../../src/core/engine/install/install'
import { pipEnv } from './pip-env'

const [dir, release, indexUrl] = process.argv.slice(2) as [string, string, string]
const said = new Set<string>()
const engine = await installRelease(JSON.parse(release), {
  dir,
  env: pipEnv(indexUrl),
  onProgress({ stage }) {
    if (!said.has(stage)) console.log(stage)
    said.add(stage)
  },
})
console.log(`installed ${engine.id}`)
