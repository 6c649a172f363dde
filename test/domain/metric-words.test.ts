import { describe, expect, it } from 'vitest'
import {
  metricFormat,
  metricNumber,
  metricText,
  metricTitle,
  shortMetricTitle,
} from '../../src/core/domain/metric-words'

describe('a metric in words', () => {
  it.each([
    ['validation/accuracy', 0.98765, '98.77', '98.77 %'],
    ['my/acc', 98.7, '98.7', '98.7'],
    ['train/loss', 0.0448, '0.0448', '0.0448'],
    ['lr', 0.0003, '3e-4', '3e-4'],
    ['momentum', 0.95, '0.950', '0.950'],
    ['grad/norm', 12.3456, '12.35', '12.35'],
    ['validation/accuracy', NaN, 'NaN', 'NaN'],
    ['mine', -Infinity, '−Inf', '−Inf'],
    ['system/cpu/load', 0.371, '37 %', '37 %'],
  ])('%s %s is %s, with its unit %s', (metric, value, number, text) => {
    expect([metricNumber(metric, value), metricText(metric, value)]).toEqual([number, text])
  })
  it('has a title, a short one, and a user’s metric its own name', () => {
    expect([metricTitle('validation/accuracy'), shortMetricTitle('validation/accuracy')]).toEqual([
      'Validation accuracy',
      'val acc',
    ])
    expect([metricTitle('mine'), shortMetricTitle('constructor'), metricFormat('mine')]).toEqual([
      'mine',
      'constructor',
      'number',
    ])
  })
})
