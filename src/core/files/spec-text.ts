import { resolve } from 'node:path'
import { AppError } from '../domain/errors'
import { MOST_BYTES } from '../domain/file-kind'
import { mapDataPaths } from '../domain/spec/datasets'
import { parseJson } from './json-text'
import { parseYaml } from './yaml-text'

/** A spec is a page of text; what is larger is another file. */
export const MAX_SPEC_BYTES = MOST_BYTES.spec

const YAML_FILE = /\.ya?ml$/i

/** What a file of this size is refused with. */
export const tooLargeForSpec = (place: string, bytes: number): AppError =>
  new AppError('input.invalid', `${place} is too large for a spec: ${bytes} bytes, at most ${MAX_SPEC_BYTES}`, {
    field: place,
    allowed: `${MAX_SPEC_BYTES} bytes`,
    got: `${bytes} bytes`,
  })

/**
 * What a text says in JSON, or in YAML where the file's name ends so.
 * @param place names the file in messages
 * @throws AppError `input.invalid` with line and column
 */
export const parseSpecText = (text: string, { name, place = name }: { name: string; place?: string }): unknown =>
  YAML_FILE.test(name) ? parseYaml(text, place) : parseJson(text, place)

/** Paths in a spec are those of the spec's own folder, whoever trains it. */
export function resolvePaths(spec: unknown, folder: string): unknown {
  if (typeof spec !== 'object' || spec === null || !('dataset' in spec)) return spec
  return { ...spec, dataset: mapDataPaths(spec.dataset, (path) => resolve(folder, path)) }
}
