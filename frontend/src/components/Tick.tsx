// A box to tick, as light as the browser's own: lists have a hundred of them.
import type { ComponentProps } from 'react';
import classes from './Tick.module.css';

export function Tick({ className, mixed = false, ...props }: ComponentProps<'input'> & { mixed?: boolean }) {
  return (
    <input
      {...props}
      ref={(box) => {
        if (box) box.indeterminate = mixed;
      }}
      type="checkbox"
      className={`${classes.box} ${className ?? ''}`}
    />
  );
}
