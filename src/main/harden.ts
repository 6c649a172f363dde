import { app, type Session, shell } from 'electron'
import { externalUrl, mayNavigate, mayRequest, mayUsePermission } from './policies'

/** Refuses what no page of ours needs: foreign navigation, second windows, webviews. Call before the first window. */
export function hardenContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuseForeign = (event: { preventDefault(): void; url: string }) => {
      if (!mayNavigate(event.url)) event.preventDefault()
    }
    contents.on('will-navigate', refuseForeign)
    contents.on('will-redirect', refuseForeign)
    contents.on('will-frame-navigate', refuseForeign)
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      void openOutside(url).catch((error: unknown) => console.error(error))
      return { action: 'deny' }
    })
  })
}

/** Opens an address in the user's own browser where the policy allows it: the only way out. @throws where there is no browser */
export async function openOutside(url: string, homepage?: string): Promise<void> {
  const external = externalUrl(url, homepage)
  if (external) await shell.openExternal(external)
}

/**
 * Takes the network away from Chromium itself: what it fetches on its own account passes no request filter.
 * Call before the app is ready.
 */
export function goOffline(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
}

/** Refuses permissions, devices and every request that is not for a file of the page. */
export function hardenSession(session: Session, { devTools }: { devTools: boolean }): void {
  session.setPermissionRequestHandler((_contents, permission, grant, { requestingUrl }) =>
    grant(mayUsePermission(permission, requestingUrl ?? '')),
  )
  session.setPermissionCheckHandler((_contents, permission, origin) => mayUsePermission(permission, origin))
  session.setDevicePermissionHandler(() => false)
  // Its dictionaries would be fetched from a server whatever the windows' preferences say, past the filter below, as soon as it has a language.
  session.setSpellCheckerLanguages([])
  session.webRequest.onBeforeRequest(({ url }, respond) => respond({ cancel: !mayRequest(url, { devTools }) }))
}

/** Shows a file or folder of ours in the system's own file manager; the only other use of the system's shell. */
export const reveal = (path: string): void => shell.showItemInFolder(path)
