/** Brings the keyboard into a panel, to the part of it that answers keys. */
export function focusPanel(id: string): void {
  const panel = document.querySelector<HTMLElement>(`[data-panel="${CSS.escape(id)}"]`);
  (panel?.querySelector<HTMLElement>('[data-panel-focus]') ?? panel)?.focus();
}
