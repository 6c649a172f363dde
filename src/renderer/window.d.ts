interface Window {
  /** What the desktop shell's preload gives the page; absent in a browser. */
  readonly anneal?: import('./desktop/shell').Shell
}
