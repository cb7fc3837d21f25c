// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  NotificationsQuery,
  NotificationsQueryVariables,
  MarkNotificationsReadMutation,
  MarkNotificationsReadMutationVariables,
} from './operations';

export const Notifications = operation<NotificationsQuery, NotificationsQueryVariables>('Notifications', `query Notifications {
  notifications {
    id
    title
    info
    link
    severity
    topic
    origin
    createdAt
    readAt
  }
}`);

export const MarkNotificationsRead = operation<MarkNotificationsReadMutation, MarkNotificationsReadMutationVariables>('MarkNotificationsRead', `mutation MarkNotificationsRead($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) {
    read
    problems {
      path
      code
      message
    }
  }
}`);

