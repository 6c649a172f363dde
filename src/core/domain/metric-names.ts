/** Names of the metrics that every run records; user metrics may have any other name of up to 256 bytes. */
export const METRIC = {
  trainLoss: 'train/loss',
  trainAccuracy: 'train/accuracy',
  lr: 'lr',
  momentum: 'momentum',
  gradNorm: 'grad/norm',
  clipScale: 'clip/scale',
  stepTime: 'step/time',
  updateRatio: 'update/ratio',
  validationLoss: 'validation/loss',
  validationAccuracy: 'validation/accuracy',
  /** Values of the restored state that are not those before a range test: 0 where it left no trace. */
  restoreDifference: 'restore/difference',
} as const
