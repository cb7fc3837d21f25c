// The little of Markdown that a template's output needs: paragraphs, lists, code. No HTML is made.
import type { ReactNode } from 'react';
import { CodeText } from './CodeText';
import classes from './PlainMarkdown.module.css';

export function PlainMarkdown({ text }: { text: string }) {
  const parts = text.split(/^```.*$/m);
  return (
    <div className={classes.prose}>
      {parts.map((part, index) => {
        if (part.trim() === '') return null;
        if (index % 2 === 1) return <CodeText key={index} text={part.replace(/^\n/, '')} numbers={false} />;
        return part
          .trim()
          .split(/\n{2,}/)
          .map((block, at) => <Block key={`${index} ${at}`} block={block} />);
      })}
    </div>
  );
}

function Block({ block }: { block: string }) {
  const lines = block.split('\n');
  if (lines.every((line) => /^\s*[-*] /.test(line))) {
    return (
      <ul>
        {lines.map((line, index) => (
          <li key={index}>{inline(line.replace(/^\s*[-*] /, ''))}</li>
        ))}
      </ul>
    );
  }
  return <p>{inline(block.replace(/^#+ /gm, ''))}</p>;
}

function inline(text: string): ReactNode[] {
  return text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((part, index) =>
      part.startsWith('`') && part.endsWith('`') && part.length > 2 ? (
        <code key={index}>{part.slice(1, -1)}</code>
      ) : part.startsWith('**') && part.endsWith('**') && part.length > 4 ? (
        <strong key={index}>{part.slice(2, -2)}</strong>
      ) : (
        part
      ),
    );
}
