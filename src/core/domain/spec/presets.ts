import type { LayerInput } from './layers'

export const PRESETS = ['mlp', 'cnn-small', 'resnet-small'] as const
export type Preset = (typeof PRESETS)[number]

const convolution = (filters: number, kernel = 3, stride = 1, inputs?: string[]): LayerInput => ({
  kind: 'conv2d',
  filters,
  kernel,
  stride,
  bias: false,
  ...(inputs && { inputs }),
})

/**
 * Two convolutions and the way around them, added up. Where the shape changes, the way around is a convolution of one
 * cell (option B).
 *
 * @see He et al., arXiv 1512.03385, section 4.2
 */
function residualBlock(from: string, to: string, filters: number, stride: number): LayerInput[] {
  const shortcut = stride === 1 ? from : `${to}/shortcut`
  return [
    convolution(filters, 3, stride),
    { kind: 'batch-norm' },
    { kind: 'relu' },
    convolution(filters),
    { kind: 'batch-norm', name: `${to}/residual` },
    ...(stride === 1 ? [] : [convolution(filters, 1, stride, [from]), { kind: 'batch-norm', name: shortcut } as const]),
    { kind: 'add', inputs: [`${to}/residual`, shortcut] },
    { kind: 'relu', name: to },
  ]
}

/** The layers of a preset; the engine adds a dense layer to the number of classes. */
export const PRESET_LAYERS: Record<Preset, LayerInput[]> = {
  mlp: [{ kind: 'flatten' }, { kind: 'dense', units: 128 }, { kind: 'relu' }],
  'cnn-small': [16, 32]
    .flatMap((filters): LayerInput[] => [
      { kind: 'conv2d', filters, kernel: 3, bias: false },
      { kind: 'batch-norm' },
      { kind: 'relu' },
      { kind: 'max-pool', size: 2 },
    ])
    .concat({ kind: 'flatten' }),
  // The residual network for 32 × 32 images of the paper with one block a stage: eight layers with weights.
  'resnet-small': [
    convolution(16),
    { kind: 'batch-norm' },
    { kind: 'relu', name: 'stem' },
    ...residualBlock('stem', 'block1', 16, 1),
    ...residualBlock('block1', 'block2', 32, 2),
    ...residualBlock('block2', 'block3', 64, 2),
    { kind: 'global-average-pool' },
  ],
}
