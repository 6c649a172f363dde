import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { standardText } from './lib/licence-texts.mjs'
import { ROOT } from './lib/root.mjs'
import { fail } from './lib/say.mjs'

/**
 * Collects the licence texts of everything that a package of Anneal carries: its runtime dependencies with all of
 * theirs, and what is bundled into the page.
 *
 *   node scripts/licences.mjs [FILE]    writes them to FILE, out/licences.txt by default; fails where a text is missing
 */
const BUNDLED = [
  '@fontsource-variable/inter',
  '@fontsource-variable/jetbrains-mono',
  '@tanstack/vue-virtual',
  'echarts',
  'element-plus',
  'pinia',
  'vue',
  'vue-router',
]

const TEXT = /^(licen[cs]e|copying|notice|ofl)([.-].*)?$/i

const readPackage = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** The folder that Node would find from another one; null where it is not installed, as an optional one may be. */
function findPackage(name, from) {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
    if (at === dirname(at)) return null
  }
}

/**
 * Every package that a package of Anneal carries, sorted by name and version.
 * @returns {{ name: string, version: string, licence: string, text: string | null }[]} text is null where it has none
 */
export function collectLicences(root = ROOT) {
  const found = new Map()
  // ECharts carries the whole text, and after its end what is ECharts' own.
  const echarts = readFileSync(join(findPackage('echarts', root), 'LICENSE'), 'utf8')
  const apache = /Apache License\s+Version 2\.0[^]*?END OF TERMS AND CONDITIONS/.exec(echarts)?.[0] ?? null
  const add = (name, from, optional) => {
    const folder = findPackage(name, from)
    if (!folder && optional) return
    if (!folder) throw new Error(`${name} is not installed: run "npm ci" first`)
    if (found.has(folder)) return
    const { version, author, license, licenses, dependencies = {}, optionalDependencies = {} } = readPackage(folder)
    const files = readdirSync(folder, { withFileTypes: true }).filter((e) => e.isFile() && TEXT.test(e.name))
    const text = files.map((file) => readFileSync(join(folder, file.name), 'utf8').trim()).join('\n\n')
    const licence = license?.type ?? license ?? licenses?.map(({ type }) => type).join(' or ') ?? ''
    const standard = () => standardText({ licence, author: author?.name ?? author }, apache)
    found.set(folder, { name, version, licence, text: text || standard() })
    for (const next of Object.keys(dependencies)) add(next, folder, next in optionalDependencies)
    for (const next of Object.keys(optionalDependencies)) add(next, folder, true)
  }
  for (const name of [...Object.keys(readPackage(root).dependencies), ...BUNDLED]) add(name, root, false)
  return [...found.values()].sort((a, b) => `${a.name}@${a.version}`.localeCompare(`${b.name}@${b.version}`, 'en'))
}

/** The whole file as people read it. */
export const writeUp = (packages) =>
  packages
    .map(({ name, version, licence, text }) => `${name} ${version} (${licence})\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n\n`)

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const packages = collectLicences()
  const missing = packages.filter(({ text }) => !text)
  if (missing.length)
    fail(`No licence text for ${missing.map(({ name, licence }) => `${name} (${licence})`).join(', ')}`)
  const file = process.argv[2] ?? join(ROOT, 'out', 'licences.txt')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, writeUp(packages))
  console.log(`${packages.length} licences in ${file}`)
}
