import { FAMILIES, familyOf, type ScheduleKind, type ScheduleSpec } from '../../../core/domain/schedules/registry'

/** A tile of the designer: one family, or a few that are variants of one idea. */
export interface Tile {
  id: string
  label: string
  /** Where there is little room. */
  short: string
  /** The first is what a click makes. */
  modes: readonly { kind: ScheduleKind; label: string }[]
}

interface Wanted {
  id: string
  label: string
  short?: string
  modes: Record<string, string>
}

/** In the order of the design; `modes` are kinds of schedules and what they are called beside each other. */
const WANTED: readonly Wanted[] = [
  { id: 'constant', label: 'Constant', short: 'Const', modes: { constant: 'Constant' } },
  { id: 'warm-up', label: 'Warm-up', short: 'Warm', modes: { constant: 'Constant' } },
  { id: 'step', label: 'Step', modes: { step: 'Every', 'multi-step': 'At updates' } },
  {
    id: 'exponential',
    label: 'Exponential',
    short: 'Expon',
    modes: { exponential: 'Exponential', 'inverse-time': 'Inverse time' },
  },
  { id: 'cosine', label: 'Cosine', modes: { cosine: 'Cosine' } },
  { id: 'polynomial', label: 'Polynomial', short: 'Poly', modes: { polynomial: 'Polynomial' } },
  { id: 'warm-restarts', label: 'Restarts', short: 'Restart', modes: { 'warm-restarts': 'Restarts' } },
  { id: 'triangular', label: 'Triangular', short: 'Triang', modes: { triangular: 'Triangular' } },
  { id: 'sawtooth', label: 'Sawtooth', short: 'Saw', modes: { sawtooth: 'Sawtooth' } },
  { id: 'one-cycle', label: '1cycle', modes: { 'one-cycle': '1cycle' } },
  { id: 'wsd', label: 'WSD', modes: { wsd: 'WSD' } },
  { id: 'plateau', label: 'Plateau', modes: { plateau: 'Plateau' } },
  { id: 'custom', label: 'Custom', modes: { piecewise: 'Points', sequence: 'Parts' } },
]

const isKnown = (kind: string): boolean => FAMILIES.some((family) => family.kind === kind)

export const TILES: readonly Tile[] = WANTED.map(({ id, label, short = label, modes }) => ({
  id,
  label,
  short,
  modes: Object.entries(modes).flatMap(([kind, of]) =>
    isKnown(kind) ? [{ kind: kind as ScheduleKind, label: of }] : [],
  ),
})).filter(({ modes }) => modes.length > 0)

/** The tile that a schedule, valid or not, belongs to. */
export function tileOf(spec: { kind?: unknown; warmup?: unknown }): Tile | undefined {
  const warm = spec.kind === 'constant' && spec.warmup !== undefined
  return TILES.find(({ id, modes }) => (warm ? id === 'warm-up' : modes.some(({ kind }) => kind === spec.kind)))
}

/** A warm-up takes this share of the run. */
const WARM_SHARE = 0.1

/** What a tile makes of itself with this peak rate over so many updates. */
export function tileDefaults({ id, modes }: Tile, peak: number, steps: number): ScheduleSpec {
  const spec = familyOf(modes[0]!.kind).defaults(peak, steps)
  if (id !== 'warm-up') return spec
  const warmup = { steps: Math.max(1, Math.round(WARM_SHARE * steps)), from: 0, shape: 'linear', convention: 'anneal' }
  return { ...spec, warmup } as ScheduleSpec
}
