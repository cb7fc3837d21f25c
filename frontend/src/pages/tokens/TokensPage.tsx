// My API tokens: make one, see its secret once, take it back.
import { Badge, Button, Group, Table } from '@mantine/core';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useOperation } from '../../api/hooks';
import { ConfirmDialog } from '../../components/Dialog';
import { MakerPage } from '../../components/MakerPage';
import { TimeText } from '../../components/TimeText';
import { useAct } from '../../components/useAct';
import { RevokeApiToken, Tokens, type TokensQuery } from '../../gql/operations';
import { words } from './strings';
import { NewToken } from './NewToken';
import classes from './TokensPage.module.css';

type Token = TokensQuery['apiTokens'][number];

export function TokensPage() {
  const answer = useOperation(Tokens, {});
  const [revoking, setRevoking] = useState<Token | null>(null);
  const tokens = answer.data?.apiTokens ?? [];
  return (
    <>
      <MakerPage
        words={words}
        icon={KeyRound}
        answer={answer}
        count={tokens.length}
        form={(tellSecret) => <NewToken onCreated={tellSecret} />}
        list={() => <TokenTable tokens={tokens} revoke={setRevoking} />}
      />
      {revoking && <RevokeDialog token={revoking} close={() => setRevoking(null)} />}
    </>
  );
}

function TokenTable({ tokens, revoke }: { tokens: Token[]; revoke: (token: Token) => void }) {
  return (
    <Table verticalSpacing="xs" className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{words.name}</Table.Th>
          <Table.Th>{words.scopes}</Table.Th>
          <Table.Th>{words.lastUsed}</Table.Th>
          <Table.Th>{words.expires}</Table.Th>
          <Table.Th aria-label={words.revoke} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tokens.map((token) => (
          <Table.Tr key={token.id} data-ended={isOver(token)}>
            <Table.Td>
              <div>{token.name}</div>
              <code className={classes.prefix}>{token.prefix}…</code>
            </Table.Td>
            <Table.Td>
              <Group gap={4}>
                {token.scopes.map((scope) => (
                  <Badge key={scope} color="gray" tt="none" fw={500}>
                    {scope}
                  </Badge>
                ))}
              </Group>
            </Table.Td>
            <Table.Td data-label={words.lastUsed}>{token.lastUsedAt ? <TimeText at={token.lastUsedAt} relative /> : words.never}</Table.Td>
            <Table.Td data-label={token.revokedAt ? undefined : words.expires}>
              {token.revokedAt ? (
                <>
                  {words.revoked} <TimeText at={token.revokedAt} relative />
                </>
              ) : (
                <TimeText at={token.expiresAt} relative />
              )}
            </Table.Td>
            <Table.Td ta="right">
              {!isOver(token) && (
                <Button size="compact-sm" variant="subtle" color="red" onClick={() => revoke(token)}>
                  {words.revoke}
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function isOver(token: Token): boolean {
  return token.revokedAt !== null || Date.parse(token.expiresAt) < Date.now();
}

function RevokeDialog({ token, close }: { token: Token; close: () => void }) {
  const revoke = useAct(RevokeApiToken, { input: { id: token.id } }, (data) => data.revokeApiToken.problems, null, [Tokens]);
  return (
    <ConfirmDialog title={words.revokeTitle(token.name)} label={words.revoke} red busy={revoke.busy} confirm={() => revoke.run(close)} close={close}>
      {words.revokeHint}
    </ConfirmDialog>
  );
}
