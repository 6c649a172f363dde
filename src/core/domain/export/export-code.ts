import { AppError } from '../errors'
import { fastaiCode } from './fastai'
import { kerasCode } from './keras'
import { pytorchCode } from './pytorch'
import type { ExportedCode, ExportSubject } from './subject'
import { tfjsCode } from './tfjs'

/** The libraries that code is written for, in the order that people see them. */
export const CODE_FORMATS = ['pytorch', 'keras', 'fastai', 'tfjs'] as const
export type CodeFormat = (typeof CODE_FORMATS)[number]

/** What a page or a command needs to know of each. */
export const CODE_LIBRARIES: Record<CodeFormat, { label: string; language: 'python' | 'javascript'; ending: string }> =
  {
    pytorch: { label: 'PyTorch', language: 'python', ending: 'py' },
    keras: { label: 'Keras', language: 'python', ending: 'py' },
    fastai: { label: 'fastai', language: 'python', ending: 'py' },
    tfjs: { label: 'TensorFlow.js', language: 'javascript', ending: 'js' },
  }

export type { ExportedCode, ExportSubject } from './subject'

const WRITERS: Record<CodeFormat, (subject: ExportSubject) => ExportedCode> = {
  pytorch: pytorchCode,
  keras: kerasCode,
  fastai: fastaiCode,
  tfjs: tfjsCode,
}

/**
 * Optimizer, schedule and calls per step of a run as code for another library. At every update of the run its rate and
 * momentum are those that the run used: a class of the library where that is exactly so, an explicit function elsewhere.
 *
 * @throws AppError `input.invalid` for a range test, which follows no schedule
 */
export function exportCode(subject: ExportSubject, format: CodeFormat): ExportedCode {
  if (subject.spec.rangeTest)
    throw new AppError(
      'input.invalid',
      `A range test sweeps the rate and follows no schedule: there is no ${CODE_LIBRARIES[format].label} code for it`,
      { field: '--format', allowed: 'recipe, csv', got: format, hint: 'Export a run that uses its suggestion' },
    )
  return WRITERS[format](subject)
}
