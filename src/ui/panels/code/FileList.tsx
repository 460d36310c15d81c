/** The guest's source files by name; loaded with the first opening. */
import { Command } from 'cmdk';
import { useEffect, useRef } from 'react';
import { useApp } from '../../store/app.ts';

export function FileList({ onOpen }: { onOpen: () => void }) {
  const files = useApp((s) => s.files);
  const showFile = useApp((s) => s.showFile);
  const input = useRef<HTMLInputElement>(null);
  // The popover has opened before this list was there: now there is something to type into.
  useEffect(() => input.current?.focus(), []);
  return (
    <Command label="File name">
      <Command.Input className="palette-input" placeholder="File name" aria-label="File name" ref={input} />
      <Command.List className="palette-list" label="Files">
        <Command.Empty className="muted palette-empty">No file has that name.</Command.Empty>
        {files.map((file) => (
          <Command.Item key={file} value={file} className="menu-item mono" onSelect={() => {
            onOpen();
            void showFile(file);
          }}>{file}</Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}
