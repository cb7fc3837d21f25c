// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  RefreshPanelMutation,
  RefreshPanelMutationVariables,
  RunEntityActionMutation,
  RunEntityActionMutationVariables,
} from './operations';

export const RefreshPanel = operation<RefreshPanelMutation, RefreshPanelMutationVariables>('RefreshPanel', `mutation RefreshPanel($input: RefreshPanelInput!) {
  refreshPanel(input: $input) {
    requested
    problems {
      path
      code
      message
    }
  }
}`);

export const RunEntityAction = operation<RunEntityActionMutation, RunEntityActionMutationVariables>('RunEntityAction', `mutation RunEntityAction($input: RunEntityActionInput!) {
  runEntityAction(input: $input) {
    message
    problems {
      path
      code
      message
    }
  }
}`);

