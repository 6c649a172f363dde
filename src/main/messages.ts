import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron'

/** What the program itself asks and says, in the system's own message boxes. */
export interface Messages {
  /** Asks; the number of the button that was pressed. */
  ask(question: Omit<MessageBoxOptions, 'type'>): Promise<number>
  /** Says why something was not done. */
  refuse(message: string, detail: string): Promise<void>
  /** Says, on the terminal too, why nothing goes on; resolves when it was read. */
  giveUp(message: string, detail: string): Promise<void>
}

/** Messages over the program's window, where there is one. */
export function createMessages(window: () => BrowserWindow | null): Messages {
  async function show(message: MessageBoxOptions): Promise<number> {
    const options = { title: 'Anneal', ...message }
    const owner = window()
    const { response } = await (owner ? dialog.showMessageBox(owner, options) : dialog.showMessageBox(options))
    return response
  }
  return {
    ask: (question) => show({ type: 'question', ...question }),
    async refuse(message, detail) {
      await show({ type: 'warning', message, detail, buttons: ['OK'] })
    },
    async giveUp(message, detail) {
      console.error(`Error: ${message}\n${detail}`)
      await dialog.showMessageBox({ type: 'error', title: 'Anneal', message, detail, buttons: ['Quit'] })
    },
  }
}
