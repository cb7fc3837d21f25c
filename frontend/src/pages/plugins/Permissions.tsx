// Who has the permissions that a plugin adds; an administrator gives and takes them.
import { Button, Group, Text } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { RowsSkeleton } from '../../components/states';
import { type PluginsQuery } from '../../gql/operations';
import classes from './PluginsPage.module.css';
import { words } from './strings';

export type Permission = NonNullable<PluginsQuery['plugins'][number]['permissions']>[number];

const Grant = lazy(() => import('./Grant'));

export function Permissions({ plugin, permissions }: { plugin: string; permissions: Permission[] }) {
  const [open, setOpen] = useState('');
  return (
    <section aria-label={words.permissions}>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {words.permissions}
      </Text>
      <ul className={classes.list}>
        {permissions.map((permission) => (
          <li key={permission.name} className={classes.claim}>
            <span className={classes.name}>
              <code>{permission.name}</code> {permission.description}
            </span>
            <Group gap="xs" className={classes.fact}>
              <span>
                {permission.subjects.join(', ') || words.nobody}
                {!permission.decided && `, ${words.byDefault}`}
              </span>
              {open !== permission.name && (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={words.changePermission(permission.name)}
                  onClick={() => setOpen(permission.name)}
                >
                  {words.change}
                </Button>
              )}
            </Group>
            {open === permission.name && (
              <div className={classes.narrow}>
                <Suspense fallback={<RowsSkeleton rows={2} />}>
                  <Grant plugin={plugin} permission={permission} close={() => setOpen('')} />
                </Suspense>
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
