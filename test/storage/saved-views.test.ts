import { expect, it } from 'vitest'
import { newFolder, NOW, open } from './support/workspace'

it('views are kept by kind and name, replaced, removed, and there after reopening', () => {
  const dir = newFolder()
  const { views, close } = open(dir)
  views.save('runs', 'b', [1, null, 'é'])
  views.save('runs', 'a', { x: 1 })
  views.save('compare', 'a', 'other')
  views.save('runs', 'a', { x: 2 })
  const all = [
    { name: 'a', state: { x: 2 }, savedAt: NOW },
    { name: 'b', state: [1, null, 'é'], savedAt: NOW },
  ]
  expect(views.list('runs')).toEqual(all)
  close()
  const again = open(dir).views
  expect(again.list('runs')).toEqual(all)
  expect([again.remove('runs', 'a'), again.remove('runs', 'a')]).toEqual([true, false])
  expect(again.list('runs')).toEqual([all[1]])
  expect(again.list('compare')).toHaveLength(1)
})
