import { stringify } from 'yaml'
import type { Recipe } from './recipe'

/** A recipe as YAML that `run` takes; numbers that are not finite in YAML's own words (.nan, .inf). */
export const recipeYaml = (recipe: Recipe): string =>
  stringify(recipe, { schema: 'core', aliasDuplicateObjects: false, lineWidth: 100 })
