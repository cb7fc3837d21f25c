// Who is signed in, their page, their tokens, light or dark, sign out.
import { Avatar, Kbd, Menu, SegmentedControl, Text, UnstyledButton, VisuallyHidden, useMantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ChevronsUpDown, CircleUser, Keyboard, LogOut } from 'lucide-react';
import { signOut } from '../api/session';
import { forgetRecent } from '../components/recent';
import { entityParams } from '../refs';
import { strings } from '../strings';
import { SETTINGS } from './places';
import classes from './UserMenu.module.css';
import { useShell } from './useShell';

export function UserMenu({ showKeys }: { showKeys: () => void }) {
  const viewer = useShell()?.viewer;
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const name = viewer?.displayName ?? viewer?.username ?? '';

  async function leave() {
    await signOut();
    forgetRecent();
    window.location.assign('/sign-out'); // where an identity provider signed them in, that ends there too
  }

  return (
    <Menu position="top-start" width={220} shadow="md" withinPortal>
      <Menu.Target>
        <UnstyledButton className={classes.button}>
          <VisuallyHidden>{strings.user.menu}</VisuallyHidden>
          <Avatar name={name} color="iris" size={28} radius="xl" aria-hidden />
          <span className={classes.name}>
            <Text size="sm" fw={550} truncate>
              {name || '\u00a0'}
            </Text>
          </span>
          <ChevronsUpDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {viewer && <Menu.Label className={classes.label}>{viewer.email || viewer.username}</Menu.Label>}
        {viewer?.userRef && (
          <Menu.Item
            leftSection={<CircleUser size={16} aria-hidden />}
            renderRoot={(props) => (
              <Link to="/catalog/$namespace/$kind/$name" params={entityParams(viewer.userRef ?? '')} {...props} />
            )}
          >
            {strings.user.page}
          </Menu.Item>
        )}
        {SETTINGS.map(({ to, label, icon: Icon }) => (
          <Menu.Item key={to} leftSection={<Icon size={16} aria-hidden />} renderRoot={(props) => <Link to={to} {...props} />}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Item leftSection={<Keyboard size={16} aria-hidden />} rightSection={<Kbd size="xs">?</Kbd>} visibleFrom="md" onClick={showKeys}>
          {strings.keys.title}
        </Menu.Item>
        <Menu.Divider />
        <div className={classes.scheme}>
          <SegmentedControl
            fullWidth
            size="xs"
            value={colorScheme}
            onChange={(value) => setColorScheme(value)}
            data={[
              { value: 'auto', label: strings.user.auto },
              { value: 'light', label: strings.user.light },
              { value: 'dark', label: strings.user.dark },
            ]}
            aria-label={strings.user.scheme}
          />
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => void leave()}>
          {strings.user.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
