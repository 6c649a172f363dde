import type { Page } from 'playwright-core'

/** Every pixel of a canvas that has a design token's colour, anti-aliased ones too, as "x,y" in CSS px. */
export async function inkedPixels(page: Page, token: string, canvas = 0): Promise<Set<string>> {
  const found = await page.evaluate(
    ({ token, canvas }) => {
      const element = document.querySelectorAll('canvas')[canvas]!
      const copy = new OffscreenCanvas(element.width, element.height).getContext('2d', { willReadFrequently: true })!
      copy.drawImage(element, 0, 0)
      const { data, width } = copy.getImageData(0, 0, element.width, element.height)
      const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
      probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(token).trim()
      probe.fillRect(0, 0, 1, 1)
      const want = probe.getImageData(0, 0, 1, 1).data
      const scale = element.width / element.clientWidth
      const pixels: string[] = []
      for (let at = 0; at < data.length; at += 4) {
        const distance = Math.hypot(data[at]! - want[0]!, data[at + 1]! - want[1]!, data[at + 2]! - want[2]!)
        if (data[at + 3]! < 128 || distance > 90) continue
        const pixel = at / 4
        pixels.push(`${Math.floor((pixel % width) / scale)},${Math.floor(Math.floor(pixel / width) / scale)}`)
      }
      return pixels
    },
    { token, canvas },
  )
  return new Set(found)
}
