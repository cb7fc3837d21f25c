// A surface with a heading; the one box of the page.
import { Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import classes from './Card.module.css';

interface Props {
  title?: ReactNode;
  count?: string | undefined;
  actions?: ReactNode;
  /** Content goes to the edges, for lists and tables. */
  flush?: boolean;
  /** Its head stays in sight while the content is scrolled. */
  sticky?: boolean;
  children: ReactNode;
}

export function Card({ title, count, actions, flush = false, sticky = false, children }: Props) {
  const id = useId();
  return (
    <section className={classes.card} {...(title ? { 'aria-labelledby': id } : {})}>
      {title && (
        <div className={`${classes.head} ${sticky ? classes.sticky : ''}`}>
          <Title order={2} id={id} className={classes.title}>
            {title}
            {count !== undefined && <span className={classes.count}>{count}</span>}
          </Title>
          {actions && <div className={classes.actions}>{actions}</div>}
        </div>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
