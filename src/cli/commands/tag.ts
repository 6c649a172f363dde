import { AppError } from '../../core/domain/errors'
import { defineCommand } from '../command'
import { toJson } from '../../core/domain/json'
import { withCore } from '../open-core'
import { resolveRuns } from '../resolve-runs'
import { printable } from '../text'

/** Tags after `+name` adds and `-name` removes, in order of adding. */
export function changeTags(tags: readonly string[], changes: readonly string[]): string[] {
  const result = new Set(tags)
  for (const change of changes) {
    const name = change.slice(1)
    if (!/^[+-]/.test(change) || name === '')
      throw new AppError('input.invalid', `A tag is added as +name and removed as -name, got "${change}"`, {
        field: 'tag',
        allowed: '+name or -name',
        got: change,
      })
    if (change.startsWith('+')) result.add(name)
    else if (!result.delete(name))
      throw new AppError('input.invalid', `The run has no tag "${name}"; it has ${tags.join(', ') || 'none'}`, {
        field: 'tag',
        got: name,
      })
  }
  return [...result]
}

export const tagCommand = defineCommand({
  name: 'tag',
  words: ['RUN', '+TAG|-TAG…'],
  options: {},
  summary: 'adds tags to a run and takes tags away',
  example: 'anneal tag k3v9 +baseline -draft',
  dashWords: true,
  async run({ words: [reference, ...changes], data, json, io }) {
    const updated = await withCore(data, async ({ transport }) => {
      const [row] = await resolveRuns(transport, [reference!])
      return transport.call('runs.update', { run: row!.id, tags: changeTags(row!.tags, changes) })
    })
    if (json) io.out(toJson(updated))
    else io.out(`${updated.id}  ${printable(updated.name)}: ${printable(updated.tags.join(', ')) || 'no tags'}\n`)
    return 0
  },
})
