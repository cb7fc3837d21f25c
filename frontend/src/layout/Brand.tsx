// The mark and the name.
import { Link } from '@tanstack/react-router';
import { strings } from '../strings';
import classes from './Brand.module.css';

export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden>
      <rect width="32" height="32" rx="8" fill="#3f4bb8" />
      <path d="M8.5 25V15a7.5 7.5 0 0 1 15 0v10" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <path d="M13.2 25v-9.4a2.8 2.8 0 0 1 5.6 0V25z" fill="#ffc857" />
    </svg>
  );
}

export function Brand() {
  return (
    <Link to="/" className={classes.brand}>
      <Mark />
      <span>{strings.product}</span>
    </Link>
  );
}
