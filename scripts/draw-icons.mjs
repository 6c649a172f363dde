import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PNG } from 'pngjs'
import { ROOT } from './lib/root.mjs'

/**
 * Draws Anneal's mark, a learning rate that rises and falls with its maximum, as the icons of the desktop program:
 * resources/icon.png (1024), icon.ico (16 to 256), icon.icns (128 to 1024), icons/SIZE.png for Linux, tray.png.
 *
 *   node scripts/draw-icons.mjs [DIR]
 */
const GROUND = [11, 13, 16]
const LINE = [233, 236, 240]
const PEAK = [234, 88, 12]

/** The mark in a square of 32: two curves from the ground to the peak and back. */
const CURVES = [
  [5, 23, 11, 23, 11, 9, 16, 9],
  [16, 9, 21, 9, 21, 23, 27, 23],
]
const POINT = { x: 16, y: 9, radius: 3.4 }
const STROKE = 2.6
const CORNER = 7

const bezier = ([x0, y0, x1, y1, x2, y2, x3, y3], t) => {
  const s = 1 - t
  const at = (a, b, c, d) => s * s * s * a + 3 * s * s * t * b + 3 * s * t * t * c + t * t * t * d
  return [at(x0, x1, x2, x3), at(y0, y1, y2, y3)]
}
const POINTS = CURVES.flatMap((curve) => Array.from({ length: 65 }, (_, i) => bezier(curve, i / 64)))

/** Distance from a point to the line through POINTS. */
function toLine(x, y) {
  let nearest = Infinity
  for (let i = 1; i < POINTS.length; i++) {
    const [ax, ay] = POINTS[i - 1]
    const [bx, by] = POINTS[i]
    const length = (bx - ax) ** 2 + (by - ay) ** 2
    const t = length ? Math.min(Math.max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0), 1) : 0
    nearest = Math.min(nearest, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
  }
  return nearest
}

/** Distance outside a square of 32 with round corners, negative inside. */
function toSquare(x, y) {
  const [dx, dy] = [Math.abs(x - 16) - 15.5 + CORNER, Math.abs(y - 16) - 15.5 + CORNER]
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - CORNER
}

/** The icon as a PNG file; every edge is one pixel soft. */
function draw(size) {
  const png = new PNG({ width: size, height: size })
  const unit = 32 / size
  const covered = (distance) => Math.min(Math.max(0.5 - distance / unit, 0), 1)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = [(column + 0.5) * unit, (row + 0.5) * unit]
      const line = covered(toLine(x, y) - STROKE / 2)
      const peak = covered(Math.hypot(x - POINT.x, y - POINT.y) - POINT.radius)
      const colour = GROUND.map((ground, i) => {
        const drawn = ground + (LINE[i] - ground) * line
        return Math.round(drawn + (PEAK[i] - drawn) * peak)
      })
      png.data.set([...colour, Math.round(255 * covered(toSquare(x, y)))], (row * size + column) * 4)
    }
  }
  return PNG.sync.write(png)
}

/** A Windows icon of PNG files: a header, a line for each, then the files. */
function ico(images) {
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  images.forEach(({ size, png }, i) => {
    const at = 6 + 16 * i
    // 0 stands for 256.
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  })
  return Buffer.concat([head, ...images.map(({ png }) => png)])
}

const ICNS_TYPES = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' }

/** A macOS icon of PNG files: each with its type and length. */
function icns(images) {
  const chunk = (type, data) => {
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(data.length + 8, 4)
    return Buffer.concat([head, data])
  }
  return chunk('icns', Buffer.concat(images.map(({ size, png }) => chunk(ICNS_TYPES[size], png))))
}

/** Draws every icon into a folder. */
export function drawIcons(folder) {
  const sizes = [16, 32, 48, 64, 128, 256, 512, 1024]
  const images = sizes.map((size) => ({ size, png: draw(size) }))
  const only = (wanted) => images.filter(({ size }) => wanted(size))
  const write = (name, data) => writeFileSync(join(folder, name), data)
  mkdirSync(join(folder, 'icons'), { recursive: true })
  for (const { size, png } of only((size) => size <= 512)) write(`icons/${size}x${size}.png`, png)
  write('icon.png', images.at(-1).png)
  write('tray.png', images[1].png)
  write('icon.ico', ico(only((size) => size <= 256)))
  write('icon.icns', icns(only((size) => size >= 128)))
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  drawIcons(resolve(process.argv[2] ?? join(ROOT, 'resources')))
