import { describe, expect, it } from 'vitest'
import { philox, statelessUniformBits } from '../../src/core/engine/ops/portable/philox'

describe('Philox4x32-10', () => {
  // Known answers that come with the authors' Random123.
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('of the counter %j and the key %j is %s', (counter, key, expected) => {
    const words = Uint32Array.from(counter)
    philox(words, key[0]!, key[1]!)
    expect([...words].map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(expected)
  })

  it('gives the first numbers of a longer sequence where fewer are wanted', () => {
    const long = statelessUniformBits([3, 4], new Uint32Array(23))
    for (const n of [1, 4, 6]) expect(statelessUniformBits([3, 4], new Uint32Array(n))).toEqual(long.slice(0, n))
  })
})
