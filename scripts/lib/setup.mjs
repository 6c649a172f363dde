import { ensureBuild } from './build.mjs'
import { ensureDependencies } from './dependencies.mjs'

/** Makes sure of all that the program needs to run from a checkout; says in a line what it does, nothing where nothing is to do. */
export async function setup() {
  ensureDependencies()
  await ensureBuild()
}
