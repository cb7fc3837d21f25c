// A short form in a page: what belongs to no field above, its button below.
import { Alert, Button, Stack } from '@mantine/core';
import type { ReactNode, SyntheticEvent } from 'react';

interface Props {
  submit: () => void;
  error: string | undefined;
  busy: boolean;
  action: string;
  children: ReactNode;
}

export function MakerForm({ submit, error, busy, action, children }: Props) {
  function send(event: SyntheticEvent) {
    event.preventDefault();
    submit();
  }
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        {error && (
          <Alert color="red" variant="light" role="alert">
            {error}
          </Alert>
        )}
        {children}
        <div>
          <Button type="submit" loading={busy}>
            {action}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
