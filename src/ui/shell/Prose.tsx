import Markdown from 'react-markdown';

/** Scenario prose. Raw HTML in it stays text, so a scenario from a stranger's link can do nothing here. */
export function Prose({ text }: { text: string }) {
  return <div className="prose"><Markdown>{text}</Markdown></div>;
}
