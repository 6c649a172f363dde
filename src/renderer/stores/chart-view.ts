import { defineStore } from 'pinia'
import { ref, watch } from 'vue'
import { SMOOTHINGS } from '../../core/domain/stats/smoothing'
import { type ChartView, DEFAULT_CHART_VIEW } from '../charts/types'

const KEY = 'anneal.chartView'
const AXES = ['step', 'epoch', 'time', 'sum-lr']

/** What was kept, where it still is a view. */
function kept(): ChartView {
  try {
    const view = { ...DEFAULT_CHART_VIEW, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') } as ChartView
    const { smoothing, axis } = view
    const sound = SMOOTHINGS.includes(smoothing.kind) && smoothing.amount >= 0 && smoothing.amount < 1
    return sound && AXES.includes(axis) ? view : DEFAULT_CHART_VIEW
  } catch {
    return DEFAULT_CHART_VIEW
  }
}

/** Smoothing, x axis and what to show, the same for all charts; kept on this machine. */
export const useChartView = defineStore('chartView', () => {
  const view = ref<ChartView>(kept())
  watch(view, (value) => localStorage.setItem(KEY, JSON.stringify(value)))

  function nextSmoothing(): void {
    const { smoothing } = view.value
    const kind = SMOOTHINGS[(SMOOTHINGS.indexOf(smoothing.kind) + 1) % SMOOTHINGS.length]!
    view.value = { ...view.value, smoothing: { ...smoothing, kind } }
  }
  const toggleLogLoss = () => void (view.value = { ...view.value, logLoss: !view.value.logLoss })

  return { view, nextSmoothing, toggleLogLoss }
})
