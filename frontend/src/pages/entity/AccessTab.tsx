// Who can see, change and own an entity, and why.
import { Alert, Stack } from '@mantine/core';
import { ShieldCheck, Users } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { Card } from '../../components/Card';
import { EntityLink } from '../../components/links';
import { ErrorState, RowsSkeleton } from '../../components/states';
import { EntityAccess, type AccessLineFragment } from '../../gql/operations';
import classes from './AccessTab.module.css';
import { accessWords as words } from './strings';

export function AccessTab({ refText }: { refText: string }) {
  const answer = useOperation(EntityAccess, { ref: refText });
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  const access = answer.data?.explainAccess;
  if (!access) {
    return (
      <Card>
        <RowsSkeleton rows={6} />
      </Card>
    );
  }
  return (
    <Stack gap="lg">
      {!access.complete && (
        <Alert variant="light" color="gray">
          {words.incomplete}
        </Alert>
      )}
      <Entries title={words.readers} entries={access.readers} none={words.nobody} />
      <Entries title={words.editors} entries={access.editors} none={words.nobody} />
      <Entries title={words.owners} entries={access.owners} none={words.noOwner} />
    </Stack>
  );
}

function Entries({ title, entries, none }: { title: string; entries: AccessLineFragment[]; none: string }) {
  return (
    <Card flush title={title}>
      {entries.length === 0 ? (
        <p className={classes.none}>{none}</p>
      ) : (
        <ul className={classes.list}>
          {entries.map((entry) => (
            <li key={`${entry.subject} ${entry.because}`}>
              <Subject subject={entry.subject} />
              <span className={classes.because}>{entry.because}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Subject({ subject }: { subject: string }) {
  if (subject.includes(':')) return <EntityLink refText={subject} />;
  const Icon = subject === 'administrators' ? ShieldCheck : Users;
  return (
    <span className={classes.subject}>
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      {subject === 'administrators' ? words.administrators : subject === 'everyone' ? words.everyone : subject}
    </span>
  );
}
