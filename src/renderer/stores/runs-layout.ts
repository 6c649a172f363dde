import { defineStore } from 'pinia'
import { ref, watch } from 'vue'

/** Where the charts of the Runs page are: above the table, beside it, or nowhere. */
export type RunsLayout = 'above' | 'beside' | 'table'

export const CHARTS_HEIGHT = 378
/** From this width on there is room for charts beside the table. */
const WIDE = 1760
const KEY = 'anneal.runsLayout'
export const LAYOUTS: readonly RunsLayout[] = ['above', 'beside', 'table']

/** Layout of the Runs page, kept on this machine. */
export const useRunsLayout = defineStore('runsLayout', () => {
  const [kind, height, share] = (localStorage.getItem(KEY) ?? '').split(' ')
  const layout = ref<RunsLayout>(
    LAYOUTS.find((one) => one === kind) ?? (window.innerWidth >= WIDE ? 'beside' : 'above'),
  )
  /** Height of the charts above, in px. */
  const chartsHeight = ref(Number(height) || CHARTS_HEIGHT)
  /** Part of the width that charts beside take. */
  const chartsShare = ref(Number(share) || 0.5)

  watch([layout, chartsHeight, chartsShare], (values) => localStorage.setItem(KEY, values.join(' ')))
  return { layout, chartsHeight, chartsShare }
})
