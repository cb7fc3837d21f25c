// The top of every page: what it is, one sentence, what can be done. Also names the browser tab.
import { Group, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { strings } from '../strings';
import classes from './PageHeader.module.css';

interface Props {
  title: string;
  eyebrow?: ReactNode;
  icon?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, eyebrow, icon, description, actions }: Props) {
  useDocumentTitle(`${title} · ${strings.product}`);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        {eyebrow && <div className={classes.eyebrow}>{eyebrow}</div>}
        <Group gap={10} wrap="nowrap" align="center">
          {icon}
          <Title order={1} className={classes.title}>
            {title}
          </Title>
        </Group>
        {description && (
          <Text c="dimmed" size="sm" maw={760} component="div" className={classes.description}>
            {description}
          </Text>
        )}
      </div>
      {actions && <Group gap="xs" className={classes.actions}>{actions}</Group>}
    </header>
  );
}
