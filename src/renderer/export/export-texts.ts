import { CODE_FORMATS, CODE_LIBRARIES, exportCode } from '../../core/domain/export/export-code'
import { fileBase } from '../../core/domain/export/file-name'
import { exportSubject } from '../../core/domain/export/subject'
import { toPrettyJson } from '../../core/domain/json'
import type { Recipe } from '../../core/domain/recipe/recipe'
import { recipeYaml } from '../../core/domain/recipe/recipe-yaml'
import type { RunRow } from '../../core/domain/run'
import type { CodeLanguage } from '../format/highlight'

/** What settings can be written as, in the order of the tabs (Ctrl 1 to 6). */
export const EXPORT_TABS = [
  ...CODE_FORMATS.map((id) => ({ id, label: id === 'tfjs' ? 'TF.js' : CODE_LIBRARIES[id].label })),
  { id: 'json' as const, label: 'JSON' },
  { id: 'yaml' as const, label: 'YAML' },
]
export type ExportTab = (typeof EXPORT_TABS)[number]['id']

/** Settings as one text: what is shown, copied and saved. */
export interface ExportText {
  name: string
  text: string
  language: CodeLanguage
  type: string
  /** Where the rates come from, in a sentence. */
  note: string
  /** A class of the library, or a function that the code spells out; null for a recipe. */
  how: 'library' | 'function' | null
}

const RECIPE_NOTE = 'anneal run takes this file and trains the same run again: all settings, with what came of them.'

/** A recipe as a file that people read and `anneal run` takes. */
export const recipeFile = (recipe: Recipe): { name: string; text: string } => ({
  name: `${fileBase(recipe.run)}.recipe.json`,
  text: toPrettyJson(recipe),
})

/** The settings of a run as one of the tabs. */
export function exportText(row: RunRow, recipe: Recipe, tab: ExportTab): ExportText {
  const base = fileBase(row)
  if (tab === 'json')
    return { ...recipeFile(recipe), language: 'json', type: 'application/json', note: RECIPE_NOTE, how: null }
  if (tab === 'yaml') {
    const text = recipeYaml(recipe)
    return {
      name: `${base}.recipe.yaml`,
      text,
      language: 'yaml',
      type: 'application/yaml',
      note: RECIPE_NOTE,
      how: null,
    }
  }
  const { code, how, note } = exportCode(exportSubject(row), tab)
  const { language, ending } = CODE_LIBRARIES[tab]
  return { name: `${base}.${ending}`, text: code, language, type: 'text/plain', note, how }
}
