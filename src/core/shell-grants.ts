import type { RedeemGrant } from './files/grants'
import type { FromCore, ToCore } from './shell-protocol'

/**
 * Asks the window's main process what grants stand for: it showed the dialog, and it alone knows paths.
 *
 * @returns the question, and what it must be told of the shell's messages; true where a message was an answer
 */
export function shellGrants(send: (message: FromCore) => void): {
  redeem: RedeemGrant
  receive(message: ToCore): boolean
} {
  const asked = new Map<number, (path: string | null) => void>()
  let count = 0
  return {
    redeem: (grant, purpose) =>
      new Promise((resolve) => {
        const id = ++count
        asked.set(id, resolve)
        send({ type: 'grant.redeem', id, grant, purpose })
      }),
    receive(message) {
      if (message.type !== 'grant.redeemed') return false
      asked.get(message.id)?.(message.path)
      asked.delete(message.id)
      return true
    },
  }
}
