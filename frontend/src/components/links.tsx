// The router's links in the page's look; plain anchors, because a list has a hundred of them.
import { Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import { forwardRef, type AnchorHTMLAttributes, type ReactNode } from 'react';
import { entityParams, shortRef } from '../refs';
import { EntityIcon } from './EntityIcon';
import classes from './links.module.css';

type Native<P> = P & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof P>;

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  small?: boolean;
}

const AnchorBase = forwardRef<HTMLAnchorElement, AnchorProps>(({ className, small = false, ...props }, ref) => (
  <a ref={ref} className={`${classes.link} ${small ? classes.small : ''} ${className ?? ''}`} {...props} />
));
AnchorBase.displayName = 'AnchorBase';
export const PageLink = createLink(AnchorBase);

const ButtonBase = forwardRef<HTMLAnchorElement, Native<ButtonProps>>((props, ref) => (
  <Button component="a" ref={ref} {...props} />
));
ButtonBase.displayName = 'ButtonBase';
export const PageButton = createLink(ButtonBase);

interface EntityLinkProps {
  refText: string;
  /** The display name; the short ref when it is not known. */
  label?: string | null;
  kind?: string;
  type?: string | null;
  icon?: boolean;
  className?: string;
}

/** A link to an entity's page: icon and name on one line, cut with an ellipsis, whole on hover. */
export function EntityLink({ refText, label, type, icon = true, className }: EntityLinkProps): ReactNode {
  const params = entityParams(refText);
  const text = label ?? shortRef(refText);
  return (
    <PageLink
      to="/catalog/$namespace/$kind/$name"
      params={params}
      className={`${classes.entity} ${className ?? ''}`}
      title={text === refText ? refText : `${text} (${refText})`}
    >
      {icon && <EntityIcon kind={params.kind} type={type ?? null} size={15} />}
      <span className={classes.text}>{text}</span>
    </PageLink>
  );
}
