// Text in a box that can be copied with one press.
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { strings } from '../strings';
import classes from './CopyText.module.css';

export function CopyText({ text }: { text: string }) {
  return (
    <div className={classes.box}>
      <code className={classes.text}>{text}</code>
      <CopyIcon text={text} />
    </div>
  );
}

export function CopyIcon({ text }: { text: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? strings.copied : strings.copy}>
          <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={copied ? strings.copied : strings.copy}>
            {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
