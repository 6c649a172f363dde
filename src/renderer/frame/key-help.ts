/** Keys by screen, as the keys dialog lists them. */
export interface KeyHelp {
  title: string
  keys: readonly (readonly [keys: string, does: string])[]
}

export const GLOBAL_KEYS: KeyHelp = {
  title: 'Everywhere',
  keys: [
    ['Ctrl+k', 'go to a run, screen or command'],
    ['n', 'new run'],
    ['Ctrl+2', 'runs'],
    ['Ctrl+3', 'compare'],
    ['Ctrl+4', 'LR Lab'],
    ['?', 'keys of this screen'],
    ['Ctrl+z', 'undo what the last message says'],
    ['Ctrl+,', 'settings'],
    ['Ctrl+Shift+l', 'light or dark'],
    ['Escape', 'close the topmost thing'],
  ],
}

const CHART_KEYS: KeyHelp = {
  title: 'Charts',
  keys: [
    ['ArrowLeft', 'crosshair one step back, with Shift an epoch'],
    ['ArrowRight', 'crosshair one step on, with Shift an epoch'],
    ['p', 'pin the crosshair'],
    ['Escape', 'free the crosshair'],
    ['0', 'whole range again after a zoom'],
    ['v', 'the same numbers as a table'],
    ['l', 'loss on a log axis'],
    ['s', 'next smoothing'],
  ],
}

const SCREEN_KEYS: Record<string, readonly KeyHelp[]> = {
  runs: [
    {
      title: 'Table',
      keys: [
        ['/', 'filter'],
        ['j', 'next row'],
        ['k', 'previous row'],
        ['Space', 'show or hide the run in the charts'],
        ['Shift+Space', 'show only this run'],
        ['x', 'select'],
        ['Shift+j', 'select and go on; Shift and click selects a range'],
        ['Ctrl+a', 'select all that match'],
        ['Escape', 'select nothing'],
        ['g', 'group the lines'],
        ['Alt+ArrowRight', 'open a group or folded seeds, with the left arrow close them'],
        ['c', 'compare the selected runs, else those in the charts'],
        ['r', 'rename'],
        ['t', 'tags'],
        ['Shift+F10', 'menu of the run or of what is selected; the Menu key too'],
        ['Ctrl+ArrowRight', 'on a head: move the column; Shift and the arrow make it wider'],
        ['Enter', 'open the run'],
        ['Delete', 'delete, with undo'],
      ],
    },
    CHART_KEYS,
  ],
  run: [
    {
      title: 'Run',
      keys: [
        ['Ctrl+.', 'stop training, everything is kept'],
        ['e', 'export: recipe card, code, recipe'],
        ['[', 'previous run'],
        [']', 'next run'],
        ['Escape', 'back to the runs'],
      ],
    },
    CHART_KEYS,
  ],
  compare: [
    {
      title: 'Compare',
      keys: [
        ['1', 'bring the first run forward; up to 8'],
        ['Shift+1', 'make the first run the reference; up to 8'],
        ['b', 'next band over seeds'],
        ['o', 'show or cut off outliers'],
        ['f', 'keep the runs that are brushed'],
        ['e', 'export the recipe'],
        ['Ctrl+ArrowLeft', 'on a chip: one place forward; Ctrl → one back'],
        ['Delete', 'on a chip: take the run out'],
        ['Escape', 'clear the brush, let the run back'],
      ],
    },
    {
      title: 'Panels of Compare',
      keys: [
        ['ArrowRight', 'on the tabs: next panel; on an axis of Parallel: one place on'],
        ['l', 'on an axis: linear or log'],
        ['Delete', 'on an axis: take it out; on an end of a brush: clear it'],
        ['ArrowUp', 'on an end of a brush: move it, with Shift ten times as far; on the map: a cell up'],
        ['Enter', 'in Scatter: choose the run that the arrows went to'],
      ],
    },
    {
      ...CHART_KEYS,
      keys: [...CHART_KEYS.keys.filter(([key]) => key !== 'l'), ['l', 'losses and norms on a log axis']],
    },
  ],
  lab: [
    {
      title: 'LR Lab',
      keys: [
        ['j', 'next test'],
        ['k', 'previous test'],
        ['Space', 'lay the test over the chart'],
        ['t', 'new test'],
        ['ArrowLeft', 'the handle 1 % of a decade lower, with Shift 10 %'],
        ['ArrowRight', 'the handle 1 % of a decade higher, with Shift 10 %'],
        ['1', 'maximum of the first rule; 2 to 5 of the others'],
        ['0', "the test's own band again"],
        ['b', 'confirm A/B: three short runs'],
        ['u', 'use the band in a new run'],
        ['l', 'loss on a log axis'],
        ['v', 'the same numbers as a table'],
        ['r', 'rename'],
        ['Ctrl+.', 'stop the test'],
        ['Delete', 'delete, with undo'],
      ],
    },
  ],
  'new-run': [
    {
      title: 'New run',
      keys: [
        ['Ctrl+Enter', 'start'],
        ['Ctrl+Shift+Enter', 'add to the queue, and keep the form'],
        ['Alt+1', 'first family of schedules; up to Alt 9 the others, arrows all'],
        ['a', "take the range test's maximum as the peak"],
        ['ArrowUp', 'in a field of a rate or on a point: 1 % of a decade higher, with Shift 10 %'],
        ['Delete', 'remove the point of a custom schedule that has focus'],
      ],
    },
  ],
}

export const keysOf = (screen: string): readonly KeyHelp[] => [...(SCREEN_KEYS[screen] ?? []), GLOBAL_KEYS]
