import type { TensorHolder } from '../ops'
import type { Memory } from './memory'
import type { NativeTensor } from './native-tensor'
import { Variable, VARIABLE_TYPE } from './variable'

/** TensorFlow's name for a variable that nobody else can find and that goes with its last handle. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347'

/** The variable behind a holder's tensor; made of its values where it is a plain tensor still. */
export function variableOf(memory: Memory, holder: TensorHolder): Variable {
  const tensor = holder.tensor as NativeTensor
  if (tensor instanceof Variable) return tensor
  const { runtime } = memory
  const attributes = memory.list(`VarHandleOp ${tensor.shape}`, () => [
    ...VARIABLE_TYPE,
    { type: 'shape', name: 'shape', value: tensor.shape },
    { type: 'string', name: 'shared_name', value: ANONYMOUS },
  ])
  const [resource] = runtime.execute('VarHandleOp', [], attributes, 1)
  runtime.execute('AssignVariableOp', [resource!, tensor.handle], VARIABLE_TYPE, 0)
  memory.dispose(tensor)
  const variable = new Variable(runtime, resource!, tensor.shape)
  holder.tensor = variable
  return variable
}
