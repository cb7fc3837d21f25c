// Next and previous over cursors: the way back is kept in the history entry, so that any page can be shared.
import { Button, Group, Select } from '@mantine/core';
import { getRouteApi, useRouterState } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { PAGE_SIZES } from './search';
import { words } from './strings';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** Cursors of the pages before this one, the first page as ''. */
    trail?: string[];
  }
}

const route = getRouteApi('/shell/catalog');

interface Props {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  size: number;
}

export function Pager({ pageInfo, size }: Props) {
  const { after } = route.useSearch();
  const navigate = route.useNavigate();
  const trail = useRouterState({ select: (state) => state.location.state.trail }) ?? [];
  const previous = trail.at(-1);

  function go(cursor: string | undefined, newTrail: string[]) {
    void navigate({ search: (before) => ({ ...before, after: cursor }), state: { trail: newTrail } });
    window.scrollTo({ top: 0 });
  }

  return (
    <Group gap="xs">
      <Select
        w={132}
        size="sm"
        aria-label={words.pageSize}
        allowDeselect={false}
        value={String(size)}
        onChange={(value) => void navigate({ search: (before) => ({ ...before, after: undefined, size: Number(value) }) })}
        data={PAGE_SIZES.map((option) => ({ value: String(option), label: words.perPage(option) }))}
      />
      <Button
        variant="default"
        disabled={!after}
        leftSection={<ChevronLeft size={16} aria-hidden />}
        onClick={() => go(previous ?? undefined, trail.slice(0, -1))}
      >
        {after && previous === undefined ? words.firstPage : words.previous}
      </Button>
      <Button
        variant="default"
        disabled={!pageInfo.hasNextPage}
        rightSection={<ChevronRight size={16} aria-hidden />}
        onClick={() => go(pageInfo.endCursor ?? undefined, [...trail, after ?? ''])}
      >
        {words.next}
      </Button>
    </Group>
  );
}
