// A page whose data did not come: still named, and asked for again with a press.
import type { ReactNode } from 'react';
import { PageHeader } from './PageHeader';
import { ErrorState } from './states';

interface Props {
  title: string;
  eyebrow?: ReactNode;
  error: Error;
  retry: () => void;
}

export function FailedPage({ title, eyebrow, error, retry }: Props) {
  return (
    <>
      <PageHeader title={title} eyebrow={eyebrow} />
      <ErrorState error={error} retry={retry} />
    </>
  );
}
