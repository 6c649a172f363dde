import { createRequire } from 'node:module'
import util from 'node:util'
import { AppError } from '../../../domain/errors'
import { type Attribute, type DType, DTYPE, type Handle, type Runtime } from './runtime'

/** The backend's name in TensorFlow.js. */
export const TENSORFLOW_BACKEND = 'tensorflow'

/** Kinds of attributes, by the numbers of c_api.h; TensorFlow.js only hands them back. */
const ATTRIBUTE = {
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
} as const

const DTYPES = {
  TF_FLOAT: DTYPE.float32,
  TF_INT32: DTYPE.int32,
  TF_INT64: DTYPE.int64,
  TF_BOOL: DTYPE.bool,
  TF_UINT8: DTYPE.uint8,
  TF_STRING: DTYPE.string,
  TF_RESOURCE: DTYPE.resource,
  TF_COMPLEX64: 8,
} as const

interface OpAttribute {
  name: string
  type: number
  value: unknown
}

interface TensorMetadata {
  id: number
  shape: number[]
  dtype: number
}

/** What tfjs-node's kernel backend calls of its compiled addon, over our runtime; it has no strings and no saved models. */
export interface TfjsNodeBinding {
  createTensor(shape: readonly number[], dtype: number, values: ArrayLike<number | boolean | bigint>): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array | BigInt64Array
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[]
  isUsingGpuDevice(): boolean
  getNumOfTensors(): number
}

const ARRAYS = {
  [DTYPE.float32]: Float32Array,
  [DTYPE.int32]: Int32Array,
  [DTYPE.int64]: BigInt64Array,
  [DTYPE.bool]: Uint8Array,
  [DTYPE.uint8]: Uint8Array,
} as const

const arrayOf = (dtype: number) => {
  const found = ARRAYS[dtype as keyof typeof ARRAYS]
  if (found) return found
  throw new AppError('engine.failed', `Tensors of TensorFlow's data type ${dtype} (strings, complex) do not go through`)
}

/** The addon's interface over a runtime. */
export function createTfjsNodeBinding(runtime: Runtime): TfjsNodeBinding {
  const handles = new Map<number, Handle>()
  let next = 0
  const hold = (handle: Handle): number => {
    handles.set(next, handle)
    return next++
  }
  const handleOf = (id: number): Handle => {
    const handle = handles.get(id)
    if (handle === undefined) throw new AppError('internal', `Tensor ${id} is not there, or was deleted`)
    return handle
  }
  return {
    ...ATTRIBUTE,
    ...DTYPES,
    createTensor: (shape, dtype, values) => hold(runtime.upload(typed(dtype, values, shape), shape, dtype as DType)),
    deleteTensor(id) {
      runtime.delete(handleOf(id))
      handles.delete(id)
    },
    tensorDataSync(id) {
      const handle = handleOf(id)
      const size = runtime.shape(handle).reduce((product, n) => product * n, 1)
      return runtime.read(handle, new (arrayOf(runtime.dtype(handle)))(size))
    },
    executeOp(name, attributes, inputs, outputs) {
      const made = runtime.execute(name, inputs.map(handleOf), attributes.map(translate), outputs)
      return made.map((handle) => ({ shape: runtime.shape(handle), dtype: runtime.dtype(handle), id: hold(handle) }))
    },
    isUsingGpuDevice: () => runtime.devices.some(({ type }) => type === 'GPU'),
    getNumOfTensors: () => handles.size,
  }
}

/** TensorFlow.js gives plain lists, booleans and 64-bit integers as pairs of 32-bit ones too. */
function typed(dtype: number, values: ArrayLike<number | boolean | bigint>, shape: readonly number[]) {
  const array = arrayOf(dtype)
  if (values instanceof array) return values
  if (array !== BigInt64Array) return (array as typeof Float32Array).from(values as ArrayLike<number>, Number)
  // Int64Scalar: low and high half, as they lie in memory.
  const size = shape.reduce((product, n) => product * n, 1)
  if (values instanceof Int32Array && values.length === 2 * size)
    return new BigInt64Array(Int32Array.from(values).buffer)
  return BigInt64Array.from(values as ArrayLike<number>, BigInt)
}

function translate({ name, type, value }: OpAttribute): Attribute {
  const list = Array.isArray(value)
  switch (type) {
    case ATTRIBUTE.TF_ATTR_STRING:
      return { type: 'string', name, value: value as string }
    case ATTRIBUTE.TF_ATTR_INT:
      return list ? { type: 'ints', name, value } : { type: 'int', name, value: value as number }
    case ATTRIBUTE.TF_ATTR_FLOAT:
      return list ? { type: 'floats', name, value } : { type: 'float', name, value: value as number }
    case ATTRIBUTE.TF_ATTR_BOOL:
      return list ? { type: 'bools', name, value } : { type: 'bool', name, value: value as boolean }
    case ATTRIBUTE.TF_ATTR_TYPE:
      return { type: 'type', name, value: value as DType }
    case ATTRIBUTE.TF_ATTR_SHAPE:
      return { type: 'shape', name, value: value as number[] }
    default:
      throw new AppError('internal', `${name} has an unknown kind of attribute, ${type}`)
  }
}

type Tfjs = typeof import('@tensorflow/tfjs')

const require = createRequire(import.meta.url)
let registered: Tfjs | null = null

/**
 * TensorFlow.js whose every operation runs on TensorFlow, through the kernels of @tensorflow/tfjs-node-gpu; its addon
 * is not needed. A cross-check of our own operations, and what they are measured against: training does not use it.
 *
 * @returns TensorFlow.js with the backend set
 */
export async function registerTfjsNode(runtime: Runtime): Promise<Tfjs> {
  if (registered) return registered
  // Node has removed what the package, made for an older one, imports.
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  })
  const tf = require('@tensorflow/tfjs') as Tfjs
  tf.enableProdMode()
  const { NodeJSKernelBackend } = require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend') as {
    NodeJSKernelBackend: new (binding: TfjsNodeBinding, name: string) => import('@tensorflow/tfjs').KernelBackend
  }
  require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels')
  const backend = new NodeJSKernelBackend(createTfjsNodeBinding(runtime), '@tensorflow/tfjs-node')
  tf.registerBackend(TENSORFLOW_BACKEND, () => backend)
  if (!(await tf.setBackend(TENSORFLOW_BACKEND)))
    throw new AppError('engine.failed', `TensorFlow.js did not take the backend ${TENSORFLOW_BACKEND}`)
  return (registered = tf)
}
