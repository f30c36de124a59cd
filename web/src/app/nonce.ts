/** The server allows the style tags of this one answer by a nonce; whoever writes one has to know it. */

export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** For what locks scrolling behind a dialog: it writes a style tag of its own and looks for the nonce here. */
export function allowStyleTags(): void {
  Object.assign(globalThis, { __webpack_nonce__: styleNonce() });
}
