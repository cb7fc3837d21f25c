// A page of several: the tree of all of them at its side, its headings, the one before and the one after it.
import { useMediaQuery } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { ArrowLeft, ArrowRight, ChevronRight, SquarePen } from 'lucide-react';
import { useEffect, type MouseEvent, type ReactNode } from 'react';
import { Card } from '../components/Card';
import { SafeHtml } from '../components/SafeHtml';
import { SearchField } from '../components/SearchField';
import { TimeText } from '../components/TimeText';
import classes from './Document.module.css';
import { branchesOf, holds, type Branch } from './tree';
import { panelWords } from './strings';
import type { BlockOf, BlockProps } from './types';

type DocumentBlock = BlockOf<'DocumentBlock'>;

/** Sections of a tree with more pages than this are folded, but for the one that is read. */
const MANY = 40;
/** About where Document.module.css begins to set the tree, and the headings, beside the page. */
const TREE_BESIDE = '(min-width: 62em)';
const HEADINGS_BESIDE = '(min-width: 78em)';

export function Document({ block }: BlockProps<'DocumentBlock'>) {
  useEffect(() => {
    // The browser looked for the place before the page had come.
    document.getElementById(decodeURIComponent(window.location.hash.slice(1)))?.scrollIntoView();
  }, [block.html]);
  const many = block.pages.length > 1;
  return (
    <div className={classes.frame}>
      <div className={classes.document} data-alone={!many}>
        {many && <Pages block={block} />}
        {block.headings.length > 1 && <OnThisPage headings={block.headings} />}
        <div className={classes.page}>
          <Card>
            <SafeHtml html={block.html} />
            <Foot block={block} />
          </Card>
        </div>
      </div>
    </div>
  );
}

function Pages({ block }: { block: DocumentBlock }) {
  const navigate = useNavigate();
  const { search } = block;
  const branches = branchesOf(block.pages);
  return (
    <div className={classes.side}>
      {search !== null && (
        <SearchField
          value={block.lookedFor}
          placeholder={panelWords.search}
          onChange={(words) => void navigate({ to: '.', search: (words ? { [search]: words } : {}) as never, replace: true, resetScroll: false })}
        />
      )}
      <Fold key={block.current} title={panelWords.pages} open={TREE_BESIDE}>
        <nav aria-label={panelWords.pages}>
          <Branches branches={branches} current={block.current} folded={block.pages.length > MANY} />
        </nav>
      </Fold>
    </div>
  );
}

function Branches({ branches, current, folded }: { branches: Branch[]; current: string; folded: boolean }) {
  return (
    <ul className={classes.branches}>
      {branches.map((branch, index) => (
        <li key={index}>
          {branch.url === null && branch.children.length > 0 ? (
            <details open={!folded || holds(branch, current)} className={classes.section}>
              <summary>
                <ChevronRight size={13} aria-hidden /> {branch.label}
              </summary>
              <Branches branches={branch.children} current={current} folded={folded} />
            </details>
          ) : (
            <>
              <OwnLink url={branch.url} className={classes.link} current={branch.url === current}>
                <span>{branch.label}</span>
                {branch.detail && <span className={classes.detail}>{branch.detail}</span>}
              </OwnLink>
              {branch.children.length > 0 && <Branches branches={branch.children} current={current} folded={folded} />}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function OnThisPage({ headings }: { headings: DocumentBlock['headings'] }) {
  return (
    <div className={classes.headings}>
      <Fold title={panelWords.onThisPage} open={HEADINGS_BESIDE}>
        <nav aria-label={panelWords.onThisPage}>
          <ul>
            {headings.map((heading) => (
              <li key={heading.id} data-level={heading.level}>
                <a href={`#doc-${heading.id}`}>{heading.title}</a>
              </li>
            ))}
          </ul>
        </nav>
      </Fold>
    </div>
  );
}

/** Open where there is room for it, else a line to open it with. */
function Fold({ title, open, children }: { title: string; open: string; children: ReactNode }) {
  const isOpen = useMediaQuery(open, undefined, { getInitialValueInEffect: false });
  return (
    <details key={String(isOpen)} open={isOpen} className={classes.fold}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}

function Foot({ block }: { block: DocumentBlock }) {
  const inOrder = block.pages.filter((page) => page.url !== null);
  const here = inOrder.findIndex((page) => page.url === block.current);
  const previous = here > 0 ? inOrder[here - 1] : undefined;
  const next = here >= 0 ? inOrder[here + 1] : undefined;
  return (
    <footer className={classes.foot}>
      {(block.updatedAt ?? block.editUrl) && (
        <div className={classes.about}>
          <span>
            {block.updatedAt && (
              <>
                {panelWords.updated} <TimeText at={block.updatedAt} relative />
              </>
            )}
          </span>
          {block.editUrl && (
            <a href={block.editUrl} target="_blank" rel="noopener noreferrer nofollow" className={classes.edit}>
              <SquarePen size={14} aria-hidden /> {panelWords.edit}
            </a>
          )}
        </div>
      )}
      {(previous ?? next) && (
        <nav aria-label={panelWords.neighbours} className={classes.neighbours}>
          {previous && (
            <OwnLink url={previous.url} className={classes.neighbour}>
              <span className={classes.which}>
                <ArrowLeft size={13} aria-hidden /> {panelWords.previous}
              </span>
              {previous.label}
            </OwnLink>
          )}
          {next && (
            <OwnLink url={next.url} className={`${classes.neighbour ?? ''} ${classes.next ?? ''}`}>
              <span className={classes.which}>
                {panelWords.next} <ArrowRight size={13} aria-hidden />
              </span>
              {next.label}
            </OwnLink>
          )}
        </nav>
      )}
    </footer>
  );
}

/** A link to another page of the portal, followed without loading everything again. */
function OwnLink({ url, className, current = false, children }: { url: string | null; className: string | undefined; current?: boolean; children: ReactNode }) {
  const navigate = useNavigate();
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    if (url === null || !url.startsWith('/') || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void navigate({ href: url });
  }
  return (
    <a href={url ?? undefined} className={className} onClick={follow} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  );
}
