// HTML that the server made from Markdown and sanitised; the only place of the page that shows HTML.
import { useComputedColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, type MouseEvent } from 'react';
import { drawDiagrams } from './diagrams';
import classes from './SafeHtml.module.css';

export function SafeHtml({ html }: { html: string }) {
  const navigate = useNavigate();
  const prose = useRef<HTMLDivElement>(null);

  // What scrolls by itself is reached by the keyboard too.
  useEffect(() => {
    for (const box of prose.current?.querySelectorAll('pre') ?? []) box.tabIndex = 0;
  }, [html]);

  const isDark = useComputedColorScheme('light') === 'dark';
  useEffect(() => {
    let isCurrent = true;
    if (prose.current) void drawDiagrams(prose.current, isDark, () => isCurrent);
    return () => {
      isCurrent = false;
    };
  }, [html, isDark]);

  /** Links to pages of the portal are followed by the router, without loading the page again. */
  function follow(event: MouseEvent<HTMLElement>) {
    const link = (event.target as HTMLElement).closest('a');
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link?.getAttribute('href') || link.target === '_blank' || !plain) return;
    const target = new URL(link.href, window.location.href);
    if (target.origin !== window.location.origin || !/^\/(catalog|create|tasks|problems|plugins)(\/|$)/.test(target.pathname)) return;
    event.preventDefault();
    void navigate({ href: target.pathname + target.search + target.hash });
  }

  return <div ref={prose} className={classes.prose} onClick={follow} dangerouslySetInnerHTML={{ __html: html }} />;
}

/** Words of which the server marked those that were looked for. */
export function MarkedText({ html }: { html: string }) {
  return <span className={classes.marked} dangerouslySetInnerHTML={{ __html: html }} />;
}
