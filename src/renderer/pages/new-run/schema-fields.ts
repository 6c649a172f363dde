import type * as v from 'valibot'
import type { FamilyField } from './family-field'

/** The parts of a valibot schema that say what a field may hold. */
interface SchemaPart {
  type?: string
  entries?: Record<string, SchemaPart>
  wrapped?: SchemaPart
  pipe?: SchemaPart[]
  options?: readonly unknown[]
  default?: unknown
}

/** "warmupSteps" as "Warmup steps". */
const label = (name: string): string => {
  const spaced = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/\blr\b/, 'LR')
  return spaced[0]!.toUpperCase() + spaced.slice(1)
}

const unwrapped = (part: SchemaPart): SchemaPart =>
  part.wrapped ? unwrapped(part.wrapped) : part.pipe?.[0] && part.pipe[0] !== part ? unwrapped(part.pipe[0]) : part

/** Fields of a family that nobody has described yet: what its schema says, nested objects opened, lists left to JSON. */
export function fieldsOfSchema(schema: v.GenericSchema, prefix = ''): FamilyField[] {
  const object = unwrapped(schema as SchemaPart)
  return Object.entries(object.entries ?? {}).flatMap(([name, part]): FamilyField[] => {
    const inner = unwrapped(part)
    const path = prefix + name
    const common = { path, label: label(name), optional: part.default as never }
    if (inner.type === 'number') {
      const isRate = /lr$/i.test(name)
      const isCount = /steps|patience|cooldown/i.test(name)
      return [{ ...common, control: isRate ? 'rate' : isCount ? 'count' : 'number' }]
    }
    if (inner.type === 'boolean') return [{ ...common, control: 'toggle' }]
    if (inner.type === 'picklist') {
      const options = (inner.options as string[]).map((value) => ({ value, label: value }))
      return [{ ...common, control: 'choice', options }]
    }
    return inner.entries ? fieldsOfSchema(inner as v.GenericSchema, `${path}.`) : []
  })
}
