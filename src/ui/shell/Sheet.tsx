import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useApp } from '../store/app.ts';
import { Icon } from '../widgets/Icon.tsx';

interface Props {
  title: string;
  about?: string;
  children: ReactNode;
  className?: string;
}

/** What one came for has the focus; without such a thing the cross has it. */
function focusFirst(event: Event): void {
  const wanted = event.currentTarget instanceof Element ? event.currentTarget.querySelector<HTMLElement>('[data-first]') : null;
  if (!wanted) return;
  event.preventDefault();
  wanted.focus();
}

/** A sheet over the page: Esc, the cross or a click beside it closes it, and focus goes back where it was. */
export function Sheet({ title, about, children, className = '' }: Props) {
  const openSheet = useApp((s) => s.openSheet);
  return (
    <Dialog.Root open onOpenChange={(open) => { if (!open) openSheet(null); }}>
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className={`sheet ${className}`} onOpenAutoFocus={focusFirst} {...(about ? {} : { 'aria-describedby': undefined })}>
          <header>
            <Dialog.Title asChild><h2>{title}</h2></Dialog.Title>
            <span className="grow" />
            <Dialog.Close asChild><button type="button" className="btn icon" aria-label="Close"><Icon name="close" /></button></Dialog.Close>
          </header>
          {about ? <Dialog.Description>{about}</Dialog.Description> : null}
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
