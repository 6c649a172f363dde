import { formatCount } from './format'

export const missingCount = (missing: number): string =>
  `${formatCount(missing)} update${missing === 1 ? '' : 's'} that ${missing === 1 ? 'was' : 'were'} stored ${missing === 1 ? 'is' : 'are'} lost`

/** What a damaged log has lost of a run, as a sentence. */
export const missingText = (missing: number, steps: number): string =>
  `${missingCount(missing)}, from update ${formatCount(steps)} on: the database's log was damaged, by a power cut or a disk that fails.`
