import Markdown from 'react-markdown';

const PICTURES = ['img'];
const outside = {
  a: ({ href, children }: { href?: string; children?: React.ReactNode }) => <a href={href} target="_blank" rel="noopener noreferrer">{children}</a>,
};
const inLine = { ...outside, p: ({ children }: { children?: React.ReactNode }) => <>{children}</> };

/** Scenario prose. Raw HTML in it stays text, pictures are not fetched, links go elsewhere: a scenario from a stranger can do nothing here. */
export function Prose({ text, inline = false }: { text: string; inline?: boolean }) {
  const markdown = <Markdown disallowedElements={PICTURES} components={inline ? inLine : outside}>{text}</Markdown>;
  return inline ? <span className="prose-line">{markdown}</span> : <div className="prose">{markdown}</div>;
}
