import { describe, expect, it } from 'vitest'
import { CODE_FORMATS, CODE_LIBRARIES, exportCode } from '../../../src/core/domain/export/export-code'
import { real } from '../../../src/core/domain/export/source'
import { CASES, subjectOf } from './cases'
import { HOSTILE, named } from './hostile'

const lineEnds = /\r\n|[\n\r\f\v\u0085\u2028\u2029]/

describe('the comment in front of code', () => {
  it.each(CODE_FORMATS)('%s: says what the run came to, in numbers as they are', (format) => {
    const { code } = exportCode(named('cnn 1cycle'), format)
    const words = code.replaceAll(/\n(#|\/\/) ?/g, ' ')
    expect(words).toContain('Run: "cnn 1cycle", k3v9: finished, 100 of 100 updates.')
    expect(words).toContain('Best: validation/accuracy 0.9874 (after update 99).')
    expect(words).toContain('lr(t) is the rate that update t uses. 100 updates in batches of 64, 10 updates an epoch')
  })

  it('says where a run diverged', () => {
    const subject = named('x')
    const diverged = {
      ...subject,
      result: { ...subject.result!, status: 'diverged' as const, divergedAt: 17, best: [] },
    }
    const { code } = exportCode(diverged, 'pytorch')
    expect(code).toContain('diverged at update 17')
    expect(code).toContain('nothing was measured yet')
  })

  it.each(HOSTILE)('holds whatever a run is called: %j', (name) => {
    for (const format of CODE_FORMATS) {
      const mark = CODE_LIBRARIES[format].language === 'python' ? '#' : '//'
      const lines = exportCode(named(name), format).code.split(lineEnds)
      const harmless = exportCode(named('a run'), format).code.split('\n')
      const program = (all: string[]) => all.filter((line) => !line.startsWith(mark))
      expect(program(lines)).toEqual(program(harmless))
      // Python takes an encoding from a comment in the first two lines.
      expect(lines.slice(0, 2)).toEqual(harmless.slice(0, 2))
      expect(lines.join('\n')).not.toMatch(/[\u0000\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/)
    }
  })
})

describe('how a rate is written', () => {
  const used = (id: string, format: (typeof CODE_FORMATS)[number]) =>
    exportCode(CASES.find((each) => each.id === id)!.subject, format)

  it.each([
    ['step', 'pytorch', 'StepLR'],
    ['multi-step keras', 'pytorch', 'MultiStepLR'],
    ['exponential rate', 'pytorch', 'ExponentialLR'],
    ['polynomial', 'pytorch', 'PolynomialLR'],
    ['cosine', 'pytorch', 'CosineAnnealingLR'],
    ['warm restarts', 'pytorch', 'CosineAnnealingWarmRestarts'],
    ['triangular', 'pytorch', 'CyclicLR'],
    ['1cycle', 'pytorch', 'OneCycleLR'],
    ['plateau pytorch', 'pytorch', 'ReduceLROnPlateau'],
    ['step', 'keras', 'PiecewiseConstantDecay'],
    ['exponential rate', 'keras', 'ExponentialDecay'],
    ['inverse-time', 'keras', 'InverseTimeDecay'],
    ['polynomial to an end', 'keras', 'PolynomialDecay'],
    ['cosine to a floor, clamped', 'keras', 'CosineDecay'],
    ['warm restarts keras, equal', 'keras', 'CosineDecayRestarts'],
    ['plateau keras', 'keras', 'ReduceLROnPlateau'],
  ] as const)("%s in %s: the library's own %s", (id, format, name) => {
    const { how, code, note } = used(id, format)
    expect(how).toBe('library')
    expect(code).toContain(`.${name}(`)
    expect(note).toContain(name)
  })

  it.each([
    ['1cycle fastai', 'pytorch', 'OneCycleLR ends its phases elsewhere'],
    ['1cycle, no climb', 'pytorch', 'cannot climb in less than two updates'],
    ['1cycle, shorter than the run', 'pytorch', 'goes on at its last rate'],
    ['cosine to a floor, clamped', 'pytorch', 'rises again after update 20'],
    ['warm restarts, fractional', 'pytorch', 'whole T_mult only'],
    ['plateau keras', 'pytorch', 'one bad value later than Keras'],
    ['plateau pytorch', 'keras', 'one bad value sooner than PyTorch'],
    ['warm restarts', 'keras', 'by logarithms'],
    ['cosine, warm-up', 'keras', 'wastes the first update'],
    ['1cycle fastai', 'fastai', 'comes within 2e-7 of the peak'],
    ['1cycle', 'tfjs', 'TensorFlow.js has no schedules'],
  ] as const)('%s in %s: a function, since %s', (id, format, because) => {
    const { how, note, code } = used(id, format)
    expect(how).toBe('function')
    expect(note).toContain(because)
    expect(code.replaceAll(/\n(#|\/\/) ?/g, ' ')).toContain(note)
    expect(code).toMatch(/(def|function) lr\(t\)/)
  })

  it('keeps every digit of a number, in both languages', () => {
    for (const x of [0.1 + 0.2, 1 / 3, 1e-7, 123456789.125, 5, 1e21, 5e-324]) expect(Number(real(x))).toBe(x)
    expect([real(5), real(0), real(1e-7)]).toEqual(['5.0', '0.0', '1e-7'])
    expect(exportCode(subjectOf({ kind: 'constant', lr: 1 / 3 }, 10), 'keras').code).toContain('0.3333333333333333')
  })
})

describe('settings beside the schedule', () => {
  const spec = (more: Parameters<typeof subjectOf>[3], optimizer: Parameters<typeof subjectOf>[2] = 'nesterov') =>
    subjectOf({ kind: 'cosine', lr: 0.1 }, 50, optimizer, more)

  it.each([
    ['pytorch', 'torch.optim.SGD(groups, lr=0.1, momentum=0.9, nesterov=True)'],
    ['pytorch', '"weight_decay": 0.0005}'],
    ['pytorch', 'torch.nn.utils.clip_grad_norm_(model.parameters(), 0.7)'],
    ['pytorch', 'label_smoothing=0.1'],
    ['keras', 'nesterov=True'],
    ['keras', 'global_clipnorm=0.7'],
    ['keras', 'gradient = gradient + 0.0005 * variable'],
    ['keras', 'label_smoothing=0.1'],
    ['fastai', 'torch.nn.utils.clip_grad_norm_(self.model.parameters(), 0.7)'],
    ['fastai', 'momentum=0.9, nesterov=True'],
    ['tfjs', 'tf.train.momentum(0.1, 0.9, true)'],
    ['tfjs', 'tf.mul(0.0005, variable)'],
    ['tfjs', 'undefined, 0.1)'],
  ] as const)('%s has them: %s', (format, text) => {
    expect(exportCode(spec({ clip: { norm: 0.7 }, labelSmoothing: 0.1 }), format).code).toContain(text)
  })

  it.each(CODE_FORMATS)('%s steps the optimizer before it moves the rate on', (format) => {
    const { code } = exportCode(spec({}), format)
    const at = (text: string) => code.indexOf(text)
    if (format === 'pytorch') expect(at('    optimizer.step()')).toBeLessThan(at('scheduler.step()'))
    if (format === 'fastai') expect(code).toMatch(/def before_batch\(self\):\n.*train_iter/)
    if (format === 'tfjs') expect(at('setRates(optimizer, t)\n')).toBeLessThan(at('applyGradients'))
    if (format === 'keras') expect(code).toContain('learning_rate=keras.optimizers.schedules.CosineDecay(np.array(0.1)')
  })

  it('writes no code of a range test, and says why', () => {
    const subject = spec({ rangeTest: {} })
    for (const format of CODE_FORMATS)
      expect(() => exportCode(subject, format)).toThrow(/A range test sweeps the rate and follows no schedule/)
  })
})
