// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  SourcesQuery,
  SourcesQueryVariables,
  SourceRunsQuery,
  SourceRunsQueryVariables,
  RefreshSourceMutation,
  RefreshSourceMutationVariables,
  TrustLocationMutation,
  TrustLocationMutationVariables,
  ApproveRemovalMutation,
  ApproveRemovalMutationVariables,
  DismissRemovalMutation,
  DismissRemovalMutationVariables,
  UnregisterLocationMutation,
  UnregisterLocationMutationVariables,
} from './operations';

export const Sources = operation<SourcesQuery, SourcesQueryVariables>('Sources', `query Sources($first: Int!, $after: String) {
  locations(first: $first, after: $after) {
    nodes {
      id
      title
      type
      target
      state
      registeredBy
      trusted
      lastAttemptAt
      lastSuccessAt
      nextAttemptAt
      unchangedSince
      lastError
      entityCount
      problems {
        level
      }
      pendingRemoval {
        refs
        count
        total
        since
        reason
      }
      last: runs(first: 1) {
        nodes {
          ...SourceRunParts
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
fragment SourceRunParts on SourceRun {
  id
  startedAt
  finishedAt
  outcome
  added
  changed
  removed
  unchanged
  problems
  error
  revision
}`);

export const SourceRuns = operation<SourceRunsQuery, SourceRunsQueryVariables>('SourceRuns', `query SourceRuns($id: ID!, $first: Int!, $after: String) {
  node(id: $id) {
    ... on PortalLocation {
      runs(first: $first, after: $after) {
        nodes {
          ...SourceRunParts
        }
        pageInfo {
          hasNextPage
          endCursor
        }
        totalCount
      }
    }
  }
}
fragment SourceRunParts on SourceRun {
  id
  startedAt
  finishedAt
  outcome
  added
  changed
  removed
  unchanged
  problems
  error
  revision
}`);

export const RefreshSource = operation<RefreshSourceMutation, RefreshSourceMutationVariables>('RefreshSource', `mutation RefreshSource($input: RefreshLocationInput!) {
  refreshLocation(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const TrustLocation = operation<TrustLocationMutation, TrustLocationMutationVariables>('TrustLocation', `mutation TrustLocation($input: TrustLocationInput!) {
  trustLocation(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const ApproveRemoval = operation<ApproveRemovalMutation, ApproveRemovalMutationVariables>('ApproveRemoval', `mutation ApproveRemoval($input: ApproveRemovalInput!) {
  approveRemoval(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const DismissRemoval = operation<DismissRemovalMutation, DismissRemovalMutationVariables>('DismissRemoval', `mutation DismissRemoval($input: DismissRemovalInput!) {
  dismissRemoval(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const UnregisterLocation = operation<UnregisterLocationMutation, UnregisterLocationMutationVariables>('UnregisterLocation', `mutation UnregisterLocation($input: UnregisterLocationInput!) {
  unregisterLocation(input: $input) {
    id
    problems {
      path
      code
      message
    }
  }
}`);

