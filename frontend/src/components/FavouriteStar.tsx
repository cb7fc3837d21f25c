// The star of an entity: shows at once what was chosen, and takes it back when the server refuses.
import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Star } from 'lucide-react';
import { useState } from 'react';
import { useOperationMutation } from '../api/hooks';
import { Catalog, CatalogFacets, EntityPage, Home, SetFavourite } from '../gql/operations';
import { strings } from '../strings';
import classes from './FavouriteStar.module.css';
import { explain } from './states';

interface Props {
  refText: string;
  name: string;
  favourite: boolean;
  size?: 'sm' | 'lg';
}

export function FavouriteStar({ refText, name, favourite, size = 'lg' }: Props) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const save = useOperationMutation(SetFavourite, [Home, Catalog, CatalogFacets, EntityPage]);
  const shown = chosen ?? favourite;
  const label = shown ? strings.favourite.remove(name) : strings.favourite.add(name);

  function toggle() {
    const next = !shown;
    setChosen(next);
    save.mutate(
      { input: { ref: refText, favourite: next } },
      {
        onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
        onSettled: () => setChosen(null),
      },
    );
  }

  // In a list there is one for each row: what the browser itself offers is lighter than a tooltip.
  if (size === 'sm') {
    return (
      <UnstyledButton className={`${classes.small} ${shown ? classes.on : classes.off}`} aria-label={label} aria-pressed={shown} title={label} onClick={toggle}>
        <Star size={15} strokeWidth={1.75} aria-hidden />
      </UnstyledButton>
    );
  }
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        color="gray"
        size={34}
        aria-label={label}
        aria-pressed={shown}
        className={shown ? classes.on : classes.off}
        onClick={toggle}
      >
        <Star size={17} strokeWidth={1.75} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
