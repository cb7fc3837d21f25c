// The head of an entity's page: what it is, whose, and what can be done with it.
import { ActionIcon, Alert, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { CirclePlus, RefreshCw, Unlink } from 'lucide-react';
import { useOperationMutation } from '../../api/hooks';
import { EntityIcon } from '../../components/EntityIcon';
import { FavouriteStar } from '../../components/FavouriteStar';
import { Lifecycle } from '../../components/Lifecycle';
import { EntityLink, PageButton } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { explain } from '../../components/states';
import { EntityPage, RefreshEntity } from '../../gql/operations';
import { useKindLabels } from '../../layout/useShell';
import { strings } from '../../strings';
import classes from './EntityPage.module.css';
import type { PageEntity } from './tabs';

export function EntityHeader({ entity }: { entity: PageEntity }) {
  const kindLabels = useKindLabels();
  const parts = [kindLabels(entity.kind).one, entity.type, entity.namespace === 'default' ? null : entity.namespace];
  const isTemplate = entity.kind.toLowerCase() === 'template';
  return (
    <>
      <PageHeader
        title={entity.displayName}
        icon={<EntityIcon kind={entity.kind} type={entity.type} size={22} />}
        eyebrow={parts.filter((part) => part).join(' · ')}
        description={<Facts entity={entity} />}
        actions={
          <>
            <Refresh refText={entity.ref} />
            <FavouriteStar refText={entity.ref} name={entity.displayName} favourite={entity.isFavourite} />
            {isTemplate && (
              <PageButton
                to="/create/$namespace/$name"
                params={{ namespace: entity.namespace, name: entity.name }}
                leftSection={<CirclePlus size={16} aria-hidden />}
              >
                {strings.entity.useTemplate}
              </PageButton>
            )}
          </>
        }
      />
      {entity.orphan && (
        <Alert color="orange" variant="light" mb="lg" icon={<Unlink size={18} aria-hidden />} title={strings.entity.orphan}>
          {strings.entity.orphanHint}
        </Alert>
      )}
    </>
  );
}

function Facts({ entity }: { entity: PageEntity }) {
  const part = entity.relations.nodes.find((relation) => relation.type === 'partOf');
  if (!entity.ownerRef && !entity.lifecycle && !part) return null;
  return (
    <div className={classes.facts}>
      {entity.ownerRef && (
        <span className={classes.fact}>
          <span>{strings.entity.owner}</span>
          {entity.owner ? (
            <EntityLink refText={entity.owner.ref} label={entity.owner.displayName} />
          ) : (
            <span title={strings.entity.danglingHint(entity.ownerRef)}>{entity.ownerRef}</span>
          )}
        </span>
      )}
      {part && (
        <span className={classes.fact}>
          <span>{strings.entity.partOf}</span>
          <EntityLink refText={part.targetRef} label={part.entity?.displayName ?? null} />
        </span>
      )}
      {entity.lifecycle && (
        <span className={classes.fact}>
          <Lifecycle value={entity.lifecycle} />
        </span>
      )}
    </div>
  );
}

function Refresh({ refText }: { refText: string }) {
  const refresh = useOperationMutation(RefreshEntity, [EntityPage]);
  function ask() {
    refresh.mutate(
      { input: { ref: refText } },
      {
        onSuccess: ({ refreshEntity }) => {
          const problem = refreshEntity.problems[0];
          notifications.show(
            problem ? { color: 'red', message: problem.message } : { color: 'green', message: strings.entity.refreshed },
          );
        },
        onError: (error) => notifications.show({ color: 'red', ...explain(error) }),
      },
    );
  }
  return (
    <Tooltip label={strings.entity.refresh}>
      <ActionIcon variant="default" size={34} aria-label={strings.entity.refresh} onClick={ask} loading={refresh.isPending}>
        <RefreshCw size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
