/** What is used of pngjs, which brings no types. */
declare module 'pngjs' {
  export const PNG: {
    sync: {
      /** Decodes to red, green, blue and opacity, a byte each. */
      read(bytes: Uint8Array, options: { checkCRC: boolean }): { width: number; height: number; data: Uint8Array }
    }
  }
}
