/** All that the page has of the shell: functions of `window.anneal`, in their order. */
export const BRIDGE = ['connect', 'saveAs', 'chooseFile', 'reveal', 'prefer']

/** Every channel between page and main. */
export const CHANNELS = new Set(
  ['port', 'file', 'connect', 'save-as', 'choose-file', 'reveal', 'prefer'].map((name) => `anneal:${name}`),
)
