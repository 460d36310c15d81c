/** Entry point of the page: styles, the store's first connection, React. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './tokens.css';
import './styles/base.css';
import { App } from './shell/App.tsx';
import { machine } from './store/app.ts';
import { embedded } from './store/embedded.ts';
import { openFromUrl, writeUrlOnChange } from './store/url.ts';

const root = document.getElementById('root');
if (!root) throw new Error('Ringside bug: the page has no root element');

createRoot(root).render(<StrictMode><App /></StrictMode>);

writeUrlOnChange();
if (embedded) {
  const early: MessageEvent<unknown>[] = [], keep = (event: MessageEvent<unknown>): void => void early.push(event);
  window.addEventListener('message', keep);
  void import('./store/embed.ts').then(({ answerHost }) => {
    window.removeEventListener('message', keep);
    answerHost(early);
  });
}
void machine.getState().connect().then(() => openFromUrl()).catch((error: unknown) => {
  machine.setState({ phase: 'dead', death: error instanceof Error ? error.message : String(error) });
});
