import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';

interface Props {
  text: string;
  /** Key caps shown at the end. */
  keys?: string;
  children: ReactNode;
}

/** A tooltip on hover and focus: one fact, then the keys. Never needed to understand the picture. */
export function Tip({ text, keys, children }: Props) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tip" sideOffset={4} collisionPadding={8}>
          <span>{text}</span>
          {keys ? <kbd>{keys}</kbd> : null}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
