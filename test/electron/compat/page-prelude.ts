/** Runs before each script of the page in Chromium 108: what it lacks (110, 119) and what makes it crash. */
export const PAGE_PRELUDE = `
for (const [name, change] of Object.entries({
  with: (copy, index, value) => (copy.splice(index, 1, value), copy),
  toSorted: (copy, compare) => copy.sort(compare),
  toReversed: (copy) => copy.reverse(),
  toSpliced: (copy, ...args) => (copy.splice(...args), copy),
})) {
  // Not enumerable, as the real ones.
  const value = function (...args) { return change([...this], ...args) }
  if (!(name in Array.prototype)) Object.defineProperty(Array.prototype, name, { value, writable: true, configurable: true })
}
Map.groupBy ??= (items, key) => {
  const groups = new Map()
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item])
  return groups
}
Promise.withResolvers ??= () => {
  const parts = {}
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }))
  return parts
}
{
  // Electron 22's own "close" event of ports fires into a page that is being left, and takes its process with it.
  const listen = MessagePort.prototype.addEventListener
  MessagePort.prototype.addEventListener = function (type, ...rest) {
    if (type !== 'close') listen.call(this, type, ...rest)
  }
}
`
