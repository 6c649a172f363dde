import type { OptimizerSpec } from '../../domain/spec/optimizers'
import type { Ops } from '../ops/ops'
import type { Parameter } from '../tape'
import { createAdam } from './adam'
import type { Optimizer } from './optimizer'
import { createRmsprop } from './rmsprop'
import { createSgd } from './sgd'

/** The optimizer that a spec asks for, for parameters of these ops. */
export function createOptimizer(ops: Ops, spec: OptimizerSpec, parameters: readonly Parameter[]): Optimizer {
  switch (spec.kind) {
    case 'sgd':
      return createSgd(ops, spec, parameters)
    case 'adam':
    case 'adamw':
      return createAdam(ops, spec, parameters)
    case 'rmsprop':
      return createRmsprop(ops, spec, parameters)
  }
}
