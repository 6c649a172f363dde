import { type Attribute, DTYPE } from '../../backends/native/runtime'

export const FLOAT: Attribute = { type: 'type', name: 'T', value: DTYPE.float32 }

/** Of operations on floats that take a shape or axes as int32 numbers; `name` is what the operation calls their type. */
export const withInts = (name: string): Attribute[] => [FLOAT, { type: 'type', name, value: DTYPE.int32 }]

export const RESHAPE = withInts('Tshape')
export const BROADCAST = withInts('Tidx')

export const reduceOver = (keepAxes: boolean): Attribute[] => [
  ...withInts('Tidx'),
  { type: 'bool', name: 'keep_dims', value: keepAxes },
]
