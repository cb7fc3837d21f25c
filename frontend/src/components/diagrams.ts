// Diagrams that prose describes in Mermaid, drawn as pictures; the library is loaded where there is one.
import type { Mermaid, MermaidConfig } from 'mermaid';
import { withStyles } from './withStyles';

const LONGEST = 20_000;
/** What no diagram may change with a directive of its own. */
const SETTLED = ['secure', 'securityLevel', 'startOnLoad', 'maxTextSize', 'maxEdges', 'suppressErrorRendering'];
const LOOKS = ['htmlLabels', 'dompurifyConfig', 'theme', 'themeCSS', 'themeVariables', 'fontFamily', 'altFontFamily'];
const words = { source: 'Source of the diagram', picture: (type: string) => `Diagram (${type})` };

let library: Promise<Mermaid> | undefined;
let asked = 0;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Puts a picture in the place of every `code.language-mermaid` below an element, with the code folded beneath it.
 * What cannot be drawn stays code.
 */
export async function drawDiagrams(prose: HTMLElement, dark: boolean, isCurrent: () => boolean): Promise<void> {
  for (const code of prose.querySelectorAll<HTMLElement>('pre > code.language-mermaid')) {
    const picture = await draw(code.textContent, dark).catch(() => null);
    if (!isCurrent()) return;
    if (picture) place(picture, code.parentElement ?? code);
  }
}

/** As a picture, nothing of what is drawn can run, load or lead anywhere. */
async function draw(text: string, dark: boolean): Promise<HTMLImageElement> {
  if (text.length > LONGEST) throw new Error('too long to be drawn');
  library ??= import('mermaid').then((module) => module.default);
  const mermaid = await library;
  // One after the other: the library has one configuration.
  const mine = turn.then(() => withStyles(() => render(mermaid, text, dark)));
  turn = mine.catch(() => undefined);
  const { svg, diagramType } = await mine;
  const image = new Image();
  image.alt = /^\s*accTitle\s*:\s*(.+)$/m.exec(text)?.[1] ?? words.picture(diagramType);
  const size = /viewBox="\S+ \S+ ([\d.]+) ([\d.]+)"/.exec(svg);
  if (size) [image.width, image.height] = [Math.ceil(Number(size[1])), Math.ceil(Number(size[2]))];
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}

/** Drawn first where nobody sees it, because the library measures its words. */
async function render(mermaid: Mermaid, text: string, dark: boolean) {
  const config: MermaidConfig = {
    startOnLoad: false,
    securityLevel: 'strict',
    secure: [...SETTLED, ...LOOKS],
    suppressErrorRendering: true,
    maxTextSize: LONGEST,
    htmlLabels: false,
    theme: dark ? 'dark' : 'default',
    fontFamily: 'system-ui, sans-serif',
  };
  mermaid.initialize(config);
  const desk = document.createElement('div');
  Object.assign(desk.style, { position: 'absolute', visibility: 'hidden', left: '0', top: '0', width: '76ch', height: '0', overflow: 'hidden' });
  document.body.append(desk);
  try {
    asked += 1;
    return await mermaid.render(`diagram-${asked}`, text, desk);
  } finally {
    desk.remove();
  }
}

function place(picture: HTMLImageElement, code: HTMLElement) {
  const drawn = code.closest('.diagram');
  if (drawn) {
    drawn.querySelector('img')?.replaceWith(picture); // the same in other colours
    return;
  }
  const figure = document.createElement('figure');
  const summary = document.createElement('summary');
  const source = document.createElement('details');
  figure.className = 'diagram';
  summary.textContent = words.source;
  code.replaceWith(figure);
  source.append(summary, code);
  figure.append(picture, source);
}
