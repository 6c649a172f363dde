import { type Attribute, DTYPE, type Handle, type Runtime } from '../../backends/native/runtime'
import type { TensorHolder } from '../ops'
import type { Memory, NativeTensor } from './memory'

/** TensorFlow's name for a variable that nobody else can find and that goes with its last handle. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347'

const FLOAT: Attribute[] = [{ type: 'type', name: 'dtype', value: DTYPE.float32 }]

/**
 * A tensor that updates change in place: a resource variable of TensorFlow's. Its values are read when somebody asks,
 * at most once between two updates; reading copies nothing. TensorFlow updates in place where nobody holds a reading,
 * otherwise into memory of its own, so that a reading never changes.
 */
export class Variable implements NativeTensor {
  readonly owner = null
  private reading: Handle | null = null

  constructor(
    private readonly runtime: Runtime,
    readonly resource: Handle,
    readonly shape: readonly number[],
  ) {}

  get handle(): Handle {
    return (this.reading ??= this.read())
  }

  /** A reading that is the caller's to delete. */
  read(): Handle {
    return this.runtime.execute('ReadVariableOp', [this.resource], FLOAT, 1)[0]!
  }

  /** Lets go of the reading; before each update. */
  release(): void {
    if (this.reading !== null) this.runtime.delete(this.reading)
    this.reading = null
  }

  free(): void {
    this.release()
    this.runtime.delete(this.resource)
  }
}

/** The variable behind a holder's tensor; made of its values where it is a plain tensor still. */
export function variableOf(memory: Memory, holder: TensorHolder): Variable {
  const tensor = holder.tensor as NativeTensor
  if (tensor instanceof Variable) return tensor
  const { runtime } = memory
  const attributes = memory.list(`VarHandleOp ${tensor.shape}`, () => [
    ...FLOAT,
    { type: 'shape', name: 'shape', value: tensor.shape },
    { type: 'string', name: 'shared_name', value: ANONYMOUS },
  ])
  const [resource] = runtime.execute('VarHandleOp', [], attributes, 1)
  runtime.execute('AssignVariableOp', [resource!, tensor.handle], FLOAT, 0)
  memory.dispose(tensor)
  const variable = new Variable(runtime, resource!, tensor.shape)
  holder.tensor = variable
  return variable
}
