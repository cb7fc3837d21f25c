// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  BellQuery,
  BellQueryVariables,
} from './operations';

export const Bell = operation<BellQuery, BellQueryVariables>('Bell', `query Bell {
  unreadNotifications
}`);

