// A link from someone's file: followed when its address is harmless, shown as text otherwise.
import { Anchor } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import type { MouseEvent } from 'react';
import { strings } from '../strings';
import classes from './OutsideLink.module.css';

interface Props {
  url: string;
  title?: string | null;
  safe: boolean;
}

export function OutsideLink({ url, title, safe }: Props) {
  const navigate = useNavigate();
  const label = title || url.replace(/^https?:\/\//, '');
  const own = /^\/(?![/\\])/.test(url);
  if (!own && !(safe && /^(https?|mailto):/i.test(url))) {
    return <span title={strings.links.unsafe}>{title ? `${title} (${url})` : url}</span>;
  }
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    if (!own || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void navigate({ href: url });
  }
  return (
    <Anchor
      href={url}
      inherit
      className={classes.link}
      title={url}
      onClick={follow}
      {...(own ? {} : { target: '_blank', rel: 'noopener noreferrer nofollow' })}
    >
      {label}
      {!own && !url.startsWith('mailto:') && <ExternalLink size={13} aria-label={strings.links.outside} />}
    </Anchor>
  );
}
