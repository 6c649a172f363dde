import { header } from './header'
import { evaluationEvery, needsValidation, pythonObservations, pythonPlateaus } from './plateau-code'
import { pythonFunctions, pythonImports } from './rate-function'
import { call, indented, real, whole } from './source'
import { spellSchedule } from './spell-schedule'
import type { ExportedCode, ExportSubject } from './subject'
import { torchClip, torchGroups, torchLoss, torchOptimizer } from './torch-optimizer'

/**
 * The run as a module of fastai. Its optimizer is PyTorch's in fastai's wrapper; rates are set by a callback, since
 * fastai's own schedules compute their positions in single precision.
 */
export function fastaiCode(subject: ExportSubject): ExportedCode {
  const { spec, steps } = subject
  const { schedule } = spec
  const constant = schedule.kind === 'constant' && !schedule.warmup
  const note = constant
    ? "the rate never changes: fastai's fit takes it."
    : `a Callback that sets the function lr(t) before each update, exactly: fastai's own schedules compute positions in single precision${near(subject)}.`
  const spelled = spellSchedule(schedule, steps)
  const measures = needsValidation(spelled)
  const optimizer = torchOptimizer(spec)
  const clip = torchClip(spec, 'self.model')
  const observations = pythonObservations(spelled, {
    every: evaluationEvery(subject),
    loss: 'self.loss.item()',
    measure: 'self.validate(self.model)',
    after: ['self.model.train()'],
  })
  const body = [
    ...pythonPlateaus(spelled.plateaus),
    ...pythonFunctions(spelled.functions),
    '',
    '',
    'def create_optimizer(parameters, lr):',
    ...indented([
      'parameters = list(parameters)',
      ...torchGroups(spec),
      ...call('return OptimWrapper', [
        'groups',
        optimizer.name,
        'convert_groups=False',
        'lr=lr',
        ...optimizer.settings,
      ]),
    ]),
    '',
    '',
    'def loss_of(outputs, targets):',
    `    return ${torchLoss(spec, 'outputs', 'targets')}`,
    '',
    '',
    'class Rates(Callback):',
    ...indented([
      `"""${spelled.movesMomentum ? 'Sets rate and momentum' : 'Sets the rate'} of each update, and ends with the run's last."""`,
      '',
      'run_valid = False',
      '',
      ...(measures ? ['def __init__(self, validate):', '    self.validate = validate', ''] : []),
      'def before_batch(self):',
      ...indented([
        't = self.train_iter',
        'if t >= STEPS:',
        '    raise CancelFitException()',
        `self.opt.set_hypers(lr=lr(t)${spelled.movesMomentum ? ', mom=momentum(t)' : ''})`,
      ]),
      ...(clip.length ? ['', 'def before_step(self):', ...indented(clip)] : []),
      ...(observations.length
        ? [
            '',
            'def after_batch(self):',
            ...indented(['# The counter has gone on already.', 't = self.train_iter - 1', ...observations]),
          ]
        : []),
    ]),
    '',
    '',
    `def train(model, dls${measures ? ', validate' : ''}, cbs=()):`,
    ...indented([
      `"""Makes the run's updates with the batches of dls.train.${measures ? ' validate(model) returns its measures: {"validation/loss": …, "validation/accuracy": …}.' : ''}"""`,
      `rates = Rates(${measures ? 'validate' : ''})`,
      'learn = Learner(dls, model, loss_func=loss_of, opt_func=create_optimizer, cbs=[rates, *cbs])',
      'learn.fit(ceil(STEPS / len(dls.train)), lr=lr(0))',
      'return learn',
    ]),
  ]
  return {
    how: constant ? 'library' : 'function',
    note,
    code: [
      ...header(subject, 'fastai', note, '#'),
      ...pythonImports(body),
      '',
      'import torch',
      'from fastai.callback.core import Callback, CancelFitException',
      'from fastai.learner import Learner',
      'from fastai.optimizer import OptimWrapper',
      'from torch.nn import functional',
      '',
      `STEPS = ${whole(steps)}`,
      ...body,
      '',
    ].join('\n'),
  }
}

/** What of fastai comes near, for those who would rather have it. */
function near({ spec: { schedule } }: ExportSubject): string {
  if (schedule.kind !== 'one-cycle' || schedule.convention !== 'fastai' || schedule.warmup) return ''
  const { maxLr, div, finalDiv = 1e5, pctStart = 0.25, anneal, momentum } = schedule
  if (anneal !== 'cosine' || !momentum) return ''
  const moms = [momentum.max, momentum.base, momentum.max].map(real).join(', ')
  return ` (learn.fit_one_cycle with lr_max=${real(maxLr)}, div=${real(div)}, div_final=${real(finalDiv)}, pct_start=${real(pctStart)}, moms=(${moms}) comes within 2e-7 of the peak)`
}
