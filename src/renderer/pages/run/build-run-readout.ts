import { formatPercent, MISSING, nonFiniteWord } from '../../../core/domain/format'
import { METRIC } from '../../../core/domain/metrics'
import type { RunRow } from '../../../core/domain/run'
import type { QuantityColour, Readout, ReadoutValue } from '../../charts/types'
import { valueText } from '../../charts/value-text'

/** One line beside a panel: a name and the value at the crosshair. */
export interface ReadoutLine {
  label: string
  text: string
  quantity: QuantityColour['quantity'] | null
  nonFinite: boolean
}

/** Lines beside each panel of the Run page, by panel id; `best` is the best validation accuracy so far. */
export function buildRunReadout(run: RunRow, readout: Readout, best: number | null): Record<string, ReadoutLine[]> {
  const of = (panel: string, metric: string) =>
    readout.values.find((value) => value.panel === panel && value.series === metric)
  const accuracy = of('accuracy', METRIC.validationAccuracy)?.value ?? null
  const lr = of('lr', METRIC.lr)?.value ?? null
  return {
    loss: [...both('train', of('loss', METRIC.trainLoss)), ...one('val', of('loss', METRIC.validationLoss))],
    accuracy: [
      ...one('val acc', of('accuracy', METRIC.validationAccuracy)),
      ...(accuracy !== null && best !== null ? [plain('to best', formatPercent(Math.max(0, best - accuracy)))] : []),
    ],
    lr: [
      ...one('LR', of('lr', METRIC.lr)),
      ...(lr === null ? [] : [plain('of peak', `${Math.round((100 * lr) / run.peakLr)} %`)]),
    ],
    momentum: one('momentum', of('momentum', METRIC.momentum)),
    grad: both('norm', of('grad', METRIC.gradNorm)),
  }
}

const plain = (label: string, text: string): ReadoutLine => ({ label, text, quantity: null, nonFinite: false })

const quantityOf = ({ colour }: ReadoutValue) => ('quantity' in colour ? colour.quantity : null)

function one(label: string, entry: ReadoutValue | undefined): ReadoutLine[] {
  if (!entry) return []
  const { value } = entry
  const text = value === null ? MISSING : valueText(value, entry.format)
  return [{ label, text, quantity: quantityOf(entry), nonFinite: value !== null && nonFiniteWord(value) !== null }]
}

/** The smoothed value under the line's name, and the recorded one as raw; one line where nothing is smoothed. */
function both(label: string, entry: ReadoutValue | undefined): ReadoutLine[] {
  if (!entry || entry.smooth === null) return one(label, entry)
  return [
    ...one(label, { ...entry, value: entry.smooth }),
    ...one('raw', entry).map((line) => ({ ...line, quantity: null })),
  ]
}
