// The text of a file in CodeMirror: colours for YAML, what is wrong at its line, a way out for the keyboard.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, type Text } from '@codemirror/state';
import { EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useEffectEvent, useRef } from 'react';
import { styleNonce } from '../../nonce';
import classes from './EditorPage.module.css';

export interface Mark {
  line: number;
  message: string;
  grave: boolean;
}

interface Props {
  path: string;
  text: string;
  marks: Mark[];
  /** The line to go to; a new object goes there again. */
  target: { line: number } | null;
  onChange: (text: string) => void;
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'light-dark(#3540a0, #b9bff0)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'light-dark(#23652f, #9fd8a9)' },
  { tag: [tags.comment, tags.meta], color: 'var(--portal-quiet)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.atom, tags.number, tags.bool], color: 'light-dark(#8a3b00, #f0b98a)' },
  { tag: [tags.punctuation, tags.separator], color: 'var(--portal-quiet)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '0.8125rem', backgroundColor: 'var(--portal-surface)', color: 'var(--mantine-color-text)' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)', paddingBlock: '10px' },
  '.cm-gutters': { backgroundColor: 'var(--portal-surface)', color: 'var(--portal-quiet)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--portal-hover)' },
  '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '-2px' },
  '.cm-selectionMatch': { backgroundColor: 'light-dark(#dde0f8, #2a2e4a)' },
  '.cm-panels, .cm-tooltip': { backgroundColor: 'var(--portal-ground)', color: 'var(--mantine-color-text)', borderColor: 'var(--portal-line)' },
  '.cm-diagnostic': { fontFamily: 'var(--mantine-font-family)' },
});

const common: Extension = [
  EditorView.cspNonce.of(styleNonce()),
  lineNumbers(),
  lintGutter(),
  highlightSpecialChars(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  bracketMatching(),
  history(),
  search({ top: true }),
  indentUnit.of('  '),
  EditorState.tabSize.of(2),
  syntaxHighlighting(colours),
  look,
  // Ctrl-Enter is the page's: it runs the draft. Tab leaves the text.
  keymap.of([...searchKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter')]),
];

function stateOf(path: string, text: string, onChange: (text: string) => void): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      common,
      /\.ya?ml$/.test(path) ? yaml() : EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': path, tabindex: '0' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString());
      }),
    ],
  });
}

export function CodeEditor({ path, text, marks, target, onChange }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const report = useEffectEvent(onChange);
  const textNow = useEffectEvent(() => text);

  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({ parent: host.current, state: stateOf(path, textNow(), (changed) => report(changed)) });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
  }, [path]);

  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, marks.map((mark) => toDiagnostic(mark, editor.state.doc))));
  }, [path, marks]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || !target) return;
    const { from } = lineAt(target.line, editor.state.doc);
    editor.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
    editor.focus();
  }, [path, target]);

  return <div ref={host} className={classes.code} />;
}

const lineAt = (line: number, doc: Text) => doc.line(Math.min(Math.max(line, 1), doc.lines));

function toDiagnostic({ line, message, grave }: Mark, doc: Text): Diagnostic {
  const { from, to, text } = lineAt(line, doc);
  return { from: from + (text.length - text.trimStart().length), to, severity: grave ? 'error' : 'warning', message };
}
