import { readTheme } from '../charts/theme'
import { saveFile } from '../format/save-file'
import type { Picture, PictureTheme } from './picture'

export type PictureFormat = 'png' | 'svg'

/** Pixels of a PNG for one of the screen. */
const SCALE = 2

/** The colours of a theme, whichever the page shows now. */
function themeOf(name: 'light' | 'shown'): PictureTheme {
  const probe = document.createElement('div')
  if (name === 'light') probe.dataset.theme = 'light'
  document.body.append(probe)
  const style = getComputedStyle(probe)
  const token = (property: string) => style.getPropertyValue(property).trim()
  const theme = { ...readTheme(probe), text: token('--text'), textDim: token('--text-2'), focus: token('--focus') }
  probe.remove()
  return theme
}

/** Saves a picture. @throws Error where the browser cannot draw it */
export async function savePicture(picture: Picture, format: PictureFormat, theme: 'light' | 'shown'): Promise<string> {
  const { svg, width, height } = picture.draw(themeOf(theme))
  const base = picture.title.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'chart'
  const name = `${base.slice(0, 80)}.${format}`
  if (format === 'svg') saveFile({ name, content: svg, type: 'image/svg+xml' })
  else saveFile({ name, content: await toPng(svg, width, height), type: 'image/png' })
  return name
}

async function toPng(svg: string, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = SCALE * width
    canvas.height = SCALE * height
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
    const png = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
    if (!png) throw new Error('The browser cannot make a picture of this size')
    return png
  } finally {
    URL.revokeObjectURL(url)
  }
}
