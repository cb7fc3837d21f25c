// Dialogs: one that asks before something is done, one that is a form; each gives the focus back to what opened it.
import { Alert, Button, Group, Modal, Stack, Text, type ModalProps } from '@mantine/core';
import { useEffect, useState, type ReactNode, type SyntheticEvent } from 'react';
import { strings } from '../strings';

interface DialogProps extends Omit<ModalProps, 'opened' | 'onClose'> {
  close: () => void;
}

/** Shown for as long as it is rendered. */
export function Dialog({ close, ...props }: DialogProps) {
  const [opener] = useState(findOpener);
  useEffect(
    () => () => {
      if (document.activeElement === document.body) opener?.focus({ preventScroll: true });
    },
    [opener],
  );
  return <Modal centered {...props} opened onClose={close} returnFocus={false} />;
}

/** What has the focus; for an entry of a menu or a popover, which closes now, the button that opened that. */
function findOpener(): HTMLElement | null {
  const focused = document.activeElement;
  const floating = focused?.closest('[data-position]')?.getAttribute('aria-labelledby');
  const opener = floating ? document.getElementById(floating) : focused;
  return opener instanceof HTMLElement ? opener : null;
}

interface ConfirmProps {
  title: string;
  /** What will happen. */
  children: ReactNode;
  label: string;
  /** It takes something away. */
  red?: boolean;
  busy?: boolean;
  confirm: () => void;
  close: () => void;
}

export function ConfirmDialog({ title, children, label, red = false, busy = false, confirm, close }: ConfirmProps) {
  return (
    <Dialog title={title} close={close}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close}>
          {strings.cancel}
        </Button>
        <Button {...(red && { color: 'red' })} loading={busy} onClick={confirm}>
          {label}
        </Button>
      </Group>
    </Dialog>
  );
}

interface FormProps {
  children: ReactNode;
  /** What belongs to no field. */
  error: string | undefined;
  label: string;
  busy: boolean;
  submit: () => void;
  close: () => void;
}

/** The form in a dialog: its fields, and the buttons that send it or leave. */
export function DialogForm({ children, error, label, busy, submit, close }: FormProps) {
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
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {strings.cancel}
          </Button>
          <Button type="submit" loading={busy}>
            {label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
