import type { DatasetSummary, EngineInfo, Environment, RunStatus } from '../run'
import type { RunSpec } from '../spec/run-spec'

/** The settings of a run with their evidence: what `export --format recipe` writes and `run` accepts. */
export interface Recipe {
  anneal: string
  recipe: 1
  spec: RunSpec
  schedule: { description: string; totalSteps: number; peakLr: number }
  result: {
    status: RunStatus
    steps: number
    divergedAt: number | null
    metrics: Record<string, { last: number; best: number; bestStep: number }>
    trainingMs: number | null
  }
  dataset: DatasetSummary | null
  engine: EngineInfo | null
  environment: Pick<Environment, 'anneal' | 'node' | 'platform'> | null
  run: { id: string; name: string; startedAt: number | null }
}
