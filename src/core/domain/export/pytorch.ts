import { METRIC } from '../metrics'
import { header } from './header'
import { evaluationEvery, needsValidation, pythonObservations, pythonPlateaus } from './plateau-code'
import { pythonFunctions, pythonImports } from './rate-function'
import { call, indented, real, whole } from './source'
import { spellSchedule } from './spell-schedule'
import type { ExportedCode, ExportSubject } from './subject'
import { torchClip, torchGroups, torchLoss, torchOptimizer } from './torch-optimizer'
import { type TorchScheduler, torchScheduler } from './torch-scheduler'

/** What of the code depends on where the rate comes from. */
interface Parts {
  note: string
  how: ExportedCode['how']
  /** Rate that the optimizer is made with. */
  lr: number
  /** Functions and objects in front. */
  before: string[]
  /** The scheduler, an expression of `optimizer`; null where there is none. */
  scheduler: string[] | null
  /** Calls before and after `optimizer.step()`. */
  beforeStep: string[]
  afterStep: string[]
  measures: boolean
}

/** The run as a module of PyTorch. */
export function pytorchCode(subject: ExportSubject): ExportedCode {
  const { spec, steps } = subject
  const found = torchScheduler(spec.schedule, steps)
  const parts = 'because' in found ? ofFunction(subject, found.because) : ofClass(subject, found)
  const optimizer = torchOptimizer(spec)
  const body = [
    ...parts.before,
    '',
    '',
    'def create_optimizer(model):',
    ...indented([
      'parameters = [p for p in model.parameters() if p.requires_grad]',
      ...torchGroups(spec),
      ...call(`return ${optimizer.name}`, ['groups', `lr=${real(parts.lr)}`, ...optimizer.settings]),
    ]),
    ...(parts.scheduler ? ['', '', 'def create_scheduler(optimizer):', ...indented(parts.scheduler)] : []),
    '',
    '',
    `def train(model, batches${parts.measures ? ', validate' : ''}):`,
    ...indented(trainLines(subject, parts)),
  ]
  return {
    how: parts.how,
    note: parts.note,
    code: [
      ...header(subject, 'PyTorch', parts.note, '#'),
      ...pythonImports(body),
      '',
      'import torch',
      'from torch.nn import functional',
      '',
      `STEPS = ${whole(steps)}`,
      ...body,
      '',
    ].join('\n'),
  }
}

function trainLines({ spec }: ExportSubject, parts: Parts): string[] {
  const metrics = parts.measures
    ? ' validate(model) returns its measures: {"validation/loss": …, "validation/accuracy": …}.'
    : ''
  return [
    `"""Makes the run's updates. batches yields pairs of inputs and targets, at least STEPS of them.${metrics}"""`,
    'optimizer = create_optimizer(model)',
    ...(parts.scheduler ? ['scheduler = create_scheduler(optimizer)'] : []),
    'model.train()',
    'for t, (inputs, targets) in zip(range(STEPS), batches):',
    ...indented([
      'optimizer.zero_grad()',
      'outputs = model(inputs)',
      `loss = ${torchLoss(spec, 'outputs', 'targets')}`,
      'loss.backward()',
      ...torchClip(spec, 'model'),
      ...parts.beforeStep,
      'optimizer.step()',
      ...parts.afterStep,
    ]),
    'return optimizer',
  ]
}

function ofClass(subject: ExportSubject, { name, settings, lr }: TorchScheduler): Parts {
  const { schedule } = subject.spec
  const empty = { how: 'library' as const, lr, before: [], beforeStep: [], measures: false }
  if (name === null)
    return { ...empty, note: 'the rate never changes: the optimizer alone has it.', scheduler: null, afterStep: [] }
  const scheduler = call(`return torch.optim.lr_scheduler.${name}`, ['optimizer', ...settings])
  if (schedule.kind !== 'plateau')
    return {
      ...empty,
      note: `PyTorch's own ${name}, stepped after each update, is exactly this schedule.`,
      scheduler,
      afterStep: [
        '# After optimizer.step(): now it has the rate of update t + 1, which the last update does not have.',
        'if t + 1 < STEPS:',
        '    scheduler.step()',
      ],
    }
  const note = `PyTorch's own ${name} with ${schedule.metric}, which it must be given at the same updates.`
  if (schedule.metric === METRIC.trainLoss)
    return { ...empty, note, scheduler, afterStep: ['scheduler.step(loss.item())'] }
  const every = whole(evaluationEvery(subject))
  return {
    ...empty,
    note,
    scheduler,
    measures: true,
    afterStep: [
      `if (t + 1) % ${every} == 0:`,
      `    scheduler.step(validate(model)["${schedule.metric}"])`,
      '    model.train()',
    ],
  }
}

function ofFunction(subject: ExportSubject, because: string): Parts {
  const { spec, steps } = subject
  const spelled = spellSchedule(spec.schedule, steps)
  const measures = needsValidation(spelled)
  return {
    how: 'function',
    note: `the function lr(t) through LambdaLR, exact at every update: ${because}.`,
    lr: 1,
    before: [
      ...pythonPlateaus(spelled.plateaus),
      ...pythonFunctions(spelled.functions),
      ...(spelled.movesMomentum ? setMomentum(subject) : []),
    ],
    scheduler: [
      '# LambdaLR multiplies by the rate of the optimizer, 1.0.',
      'return torch.optim.lr_scheduler.LambdaLR(optimizer, lr)',
    ],
    beforeStep: spelled.movesMomentum ? ['set_momentum(optimizer, momentum(t))'] : [],
    afterStep: [
      ...pythonObservations(spelled, {
        every: evaluationEvery(subject),
        loss: 'loss.item()',
        measure: 'validate(model)',
        after: ['model.train()'],
      }),
      '# After optimizer.step(): now it has the rate of update t + 1.',
      'scheduler.step()',
    ],
    measures,
  }
}

function setMomentum({ spec }: ExportSubject): string[] {
  const adam = 'beta1' in spec.optimizer
  return [
    '',
    '',
    'def set_momentum(optimizer, value):',
    ...indented([
      'for group in optimizer.param_groups:',
      adam ? '    group["betas"] = (value, group["betas"][1])' : '    group["momentum"] = value',
    ]),
  ]
}
