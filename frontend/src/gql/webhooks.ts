// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  WebhooksQuery,
  WebhooksQueryVariables,
  WebhookDeliveriesQuery,
  WebhookDeliveriesQueryVariables,
  CreateWebhookMutation,
  CreateWebhookMutationVariables,
  UpdateWebhookMutation,
  UpdateWebhookMutationVariables,
  DeleteWebhookMutation,
  DeleteWebhookMutationVariables,
  ReplayWebhookMutation,
  ReplayWebhookMutationVariables,
} from './operations';

export const Webhooks = operation<WebhooksQuery, WebhooksQueryVariables>('Webhooks', `query Webhooks {
  webhooks {
    id
    name
    url
    owner
    filter
    state
    reason
    createdAt
    deliveries(first: 1) {
      nodes {
        ...DeliveryParts
      }
    }
  }
}
fragment DeliveryParts on WebhookDelivery {
  id
  state
  events
  attempts
  status
  error
  cursor
  createdAt
}`);

export const WebhookDeliveries = operation<WebhookDeliveriesQuery, WebhookDeliveriesQueryVariables>('WebhookDeliveries', `query WebhookDeliveries($id: ID!, $first: Int!, $after: String) {
  node(id: $id) {
    ... on PortalWebhook {
      deliveries(first: $first, after: $after) {
        nodes {
          ...DeliveryParts
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
fragment DeliveryParts on WebhookDelivery {
  id
  state
  events
  attempts
  status
  error
  cursor
  createdAt
}`);

export const CreateWebhook = operation<CreateWebhookMutation, CreateWebhookMutationVariables>('CreateWebhook', `mutation CreateWebhook($input: CreateWebhookInput!) {
  createWebhook(input: $input) {
    problems {
      path
      code
      message
    }
    secret
  }
}`);

export const UpdateWebhook = operation<UpdateWebhookMutation, UpdateWebhookMutationVariables>('UpdateWebhook', `mutation UpdateWebhook($input: UpdateWebhookInput!) {
  updateWebhook(input: $input) {
    problems {
      path
      code
      message
    }
    secret
  }
}`);

export const DeleteWebhook = operation<DeleteWebhookMutation, DeleteWebhookMutationVariables>('DeleteWebhook', `mutation DeleteWebhook($input: DeleteWebhookInput!) {
  deleteWebhook(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

export const ReplayWebhook = operation<ReplayWebhookMutation, ReplayWebhookMutationVariables>('ReplayWebhook', `mutation ReplayWebhook($input: ReplayWebhookInput!) {
  replayWebhook(input: $input) {
    problems {
      path
      code
      message
    }
  }
}`);

