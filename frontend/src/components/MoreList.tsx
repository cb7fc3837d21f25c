// A list that grows by pages: "show more" at its end.
import { Button, Center } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { request } from '../api/client';
import type { Operation } from '../api/operation';
import { strings } from '../strings';

interface Page<TNode> {
  nodes: TNode[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  totalCount: number;
}

export interface Growing<TNode, TPage = unknown> {
  nodes: TNode[];
  /** The first page whole, for what else its connection says. */
  first: TPage | undefined;
  isStale: boolean;
  totalCount: number;
  isPending: boolean;
  error: Error | null;
  refetch: () => void;
  more: (() => void) | null;
  loadingMore: boolean;
}

const PAGE = 50;

/** All pages read so far of one connection; `pick` finds it in the answer. */
export function useGrowingList<TData, TVariables extends { first: number; after?: string | null | undefined }, TNode, TPage extends Page<TNode>>(
  operation: Operation<TData, TVariables>,
  variables: Omit<TVariables, 'first' | 'after'>,
  pick: (data: TData) => TPage & Page<TNode>,
  options: { refetchInterval?: number; pageSize?: number; keepPrevious?: boolean } = {},
): Growing<TNode, TPage> {
  const query = useInfiniteQuery({
    queryKey: [operation.name, variables],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) =>
      pick((await request(operation, { ...variables, first: options.pageSize ?? PAGE, after: pageParam } as TVariables, signal)).data),
    getNextPageParam: (page) => (page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null),
    refetchInterval: options.refetchInterval ?? false,
    ...(options.keepPrevious ? { placeholderData: keepPreviousData } : {}),
  });
  const pages = query.data?.pages ?? [];
  return {
    nodes: pages.flatMap((page) => page.nodes),
    first: pages[0],
    isStale: query.isPlaceholderData,
    totalCount: pages[0]?.totalCount ?? 0,
    isPending: query.isPending,
    error: query.error,
    refetch: () => void query.refetch(),
    more: query.hasNextPage ? () => void query.fetchNextPage() : null,
    loadingMore: query.isFetchingNextPage,
  };
}

export function MoreButton({ list }: { list: Pick<Growing<unknown>, 'more' | 'loadingMore'> }) {
  if (!list.more) return null;
  return (
    <Center p="sm">
      <Button variant="default" size="xs" onClick={list.more} loading={list.loadingMore}>
        {strings.more}
      </Button>
    </Center>
  );
}
