// Why two entities are related: who declares it, in which field and line, since when; asked for when somebody wants to know.
import { ActionIcon, Popover } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Info } from 'lucide-react';
import { useOperation } from '../../api/hooks';
import { isObject } from '../../api/operation';
import { EntityLink, PageLink } from '../../components/links';
import { ErrorState, RowsSkeleton } from '../../components/states';
import { TimeText } from '../../components/TimeText';
import { useEscape } from '../../components/useEscape';
import { RelationOrigins, type RelationRowFragment } from '../../gql/operations';
import { entityParams } from '../../refs';
import classes from './RelationOrigin.module.css';
import { originWords as words } from './strings';

interface Props {
  /** The entity on whose page the relation is shown. */
  refText: string;
  relation: RelationRowFragment;
}

/** What is written beside the ref: "criticality high". */
export function RelationAttributes({ relation }: { relation: RelationRowFragment }) {
  const pairs = Object.entries(isObject(relation.attributes) ? relation.attributes : {});
  if (pairs.length === 0) return null;
  return (
    <dl className={classes.attributes}>
      {pairs.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function RelationOrigin({ refText, relation }: Props) {
  const [opened, { close, toggle }] = useDisclosure(false);
  useEscape(opened, close);
  if (!relation.declaredBy) return null;
  const label = words.ask(relation.entity?.displayName ?? relation.targetRef);
  return (
    <Popover
      opened={opened}
      onChange={(on) => !on && close()}
      position="bottom-end"
      preventPositionChangeWhenVisible={false}
      width={320}
      shadow="md"
      withinPortal
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size={24} className={classes.ask ?? ''} aria-label={label} aria-expanded={opened} onClick={toggle}>
          <Info size={14} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={label}>
        {opened && <Origin refText={refText} relation={relation} declaredBy={relation.declaredBy} />}
      </Popover.Dropdown>
    </Popover>
  );
}

/** All that the declaring entity declares is one question: the next relation of the same file is known already. */
function Origin({ refText, relation, declaredBy }: Props & { declaredBy: string }) {
  const answer = useOperation(RelationOrigins, { ref: declaredBy }, { staleTime: 60_000 });
  if (answer.error) return <ErrorState error={answer.error} retry={answer.refetch} />;
  const end = declaredBy === refText ? relation.targetRef : refText;
  const found = answer.data?.entity?.relations.nodes.find(
    (node) => node.declaredBy === declaredBy && node.targetRef === end && node.field === relation.field,
  );
  return (
    <dl className={classes.origin}>
      <dt>{words.field}</dt>
      <dd>
        <code>{relation.field}</code>
      </dd>
      <dt>{words.declaredBy}</dt>
      <dd>
        <EntityLink refText={declaredBy} label={answer.data?.entity?.displayName ?? null} />
      </dd>
      {answer.isPending && (
        <dd className={classes.wide}>
          <RowsSkeleton rows={2} height={14} gap={10} />
        </dd>
      )}
      {found?.since && (
        <>
          <dt>{words.since}</dt>
          <dd>
            <TimeText at={found.since} relative />
          </dd>
        </>
      )}
      {found?.file && (
        <>
          <dt>{words.file}</dt>
          <dd>
            <PageLink
              to="/catalog/$namespace/$kind/$name/$tab"
              params={{ ...entityParams(declaredBy), tab: 'source' }}
              search={found.line === null ? {} : { line: String(found.line) }}
              title={found.source ?? ''}
              className={classes.file ?? ''}
            >
              {found.line === null ? found.file : `${found.file}:${found.line}`}
            </PageLink>
          </dd>
        </>
      )}
    </dl>
  );
}
