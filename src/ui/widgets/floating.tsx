/** What Menu.tsx opens, by Radix: placed where there is room, with its keys, and closed by Escape or a press beside it. */
import { DropdownMenu, Popover } from 'radix-ui';
import { Fragment, type ReactNode, useState } from 'react';
import { createPortal } from 'react-dom';
import type { MenuEntry, Placed, Trigger } from './Menu.tsx';

const ROOM = 8, GAP = 4;

function draw(entry: MenuEntry, index: number): ReactNode {
  switch (entry.kind) {
    case 'label': return <DropdownMenu.Label key={`label${index}`} className="menu-label">{entry.text}</DropdownMenu.Label>;
    case 'rule': return <DropdownMenu.Separator key={`rule${index}`} className="menu-rule" />;
    case 'item': {
      const { key, content, onSelect, disabled = false, chosen, look = '' } = entry;
      const shared = { className: `menu-item ${look}`, disabled, onSelect };
      return chosen === undefined ? <DropdownMenu.Item key={key} {...shared}>{content}</DropdownMenu.Item>
        : <DropdownMenu.RadioItem key={key} value={key} {...shared}>{content}</DropdownMenu.RadioItem>;
    }
  }
}

/** A rule parts two choices: in each one is chosen. */
function Entries({ entries }: { entries: () => MenuEntry[] }) {
  const groups: MenuEntry[][] = [[]];
  for (const entry of entries()) if (entry.kind === 'rule') groups.push([entry]); else groups.at(-1)?.push(entry);
  return groups.map((group, index) => {
    const chosen = group.find((entry) => entry.kind === 'item' && entry.chosen === true), drawn = group.map(draw), key = `group${index}`;
    return group.some((entry) => entry.kind === 'item' && entry.chosen !== undefined)
      ? <DropdownMenu.RadioGroup key={key} value={chosen?.kind === 'item' ? chosen.key : ''}>{drawn}</DropdownMenu.RadioGroup>
      : <Fragment key={key}>{drawn}</Fragment>;
  });
}

export function MenuBody({ trigger, entries, align = 'start' }: { trigger: Trigger; entries: () => MenuEntry[] } & Placed) {
  return (
    <DropdownMenu.Root defaultOpen>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        {/* More than the window holds: what scrolls can have the focus. */}
        <DropdownMenu.Content className="pop" align={align} sideOffset={GAP} collisionPadding={ROOM} tabIndex={0}>
          <Entries entries={entries} /></DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function PopoverBody({ trigger, label, look, children,
  align = 'start' }: { trigger: Trigger; label: string; look: string; children: (close: () => void) => ReactNode } & Placed) {
  const [open, setOpen] = useState(true);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={`pop ${look}`} align={align} sideOffset={GAP} collisionPadding={ROOM} aria-label={label}>{children(() => setOpen(false))}
          </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** The point that was pressed stands in for a button; it is outside the panel, whose containment would move it. */
export function MenuAtBody({ x, y, entries, onClose }: { x: number; y: number; entries: () => MenuEntry[]; onClose: () => void }) {
  return createPortal(
    <DropdownMenu.Root defaultOpen onOpenChange={(open) => { if (!open) onClose(); }}>
      <DropdownMenu.Trigger asChild><i aria-hidden="true" tabIndex={-1} style={{ position: 'fixed', left: x, top: y, width: 0, height: 0 }} />
        </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="pop" align="start" sideOffset={2} collisionPadding={ROOM} onCloseAutoFocus={(event) => event.preventDefault()}>
          <Entries entries={entries} /></DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>,
    document.body,
  );
}
