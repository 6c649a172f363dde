import { toPrettyJson } from '../../core/domain/json'
import type { Recipe } from '../../core/domain/recipe/recipe'

/** A recipe as a file that people read and `anneal run` takes. */
export function recipeFile(recipe: Recipe): { name: string; text: string } {
  const base = recipe.run.name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || recipe.run.id
  return { name: `${base.slice(0, 80)}.recipe.json`, text: toPrettyJson(recipe) }
}

/** Hands a text to the browser as a file to save. */
export function saveFile({ name, text }: { name: string; text: string }): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
