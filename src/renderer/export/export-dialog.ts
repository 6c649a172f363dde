import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useFrame } from '../stores/frame'

/** What the export dialog shows: the settings to take home, and the runs that they were compared with. */
export interface ExportSubjects {
  /** Runs that were compared, with the replicates of each; at least one. */
  runs: readonly string[]
  /** The run whose settings are shown first; the best ones of `runs` where it is null. */
  focused: string | null
}

/** The one export dialog of the page: `useExportDialog().open(ids, focused)`; Run page and Compare open it. */
export const useExportDialog = defineStore('exportDialog', () => {
  const frame = useFrame()
  const subjects = shallowRef<ExportSubjects | null>(null)

  function open(runs: readonly string[], focused: string | null = null): void {
    if (!runs.length) return
    subjects.value = { runs: [...runs], focused }
    frame.dialog = 'export'
  }

  return { subjects, open }
})
