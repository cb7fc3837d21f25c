// The runs of a source, newest first: what each brought.
import { MoreButton, useGrowingList } from '../../components/MoreList';
import { ErrorState, RowsSkeleton } from '../../components/states';
import { TimeText } from '../../components/TimeText';
import { formatDuration } from '../../format';
import { SourceRuns, type SourceRunPartsFragment } from '../../gql/operations';
import classes from './SourceList.module.css';
import { words } from './strings';

const NONE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 };

export function Runs({ locationId }: { locationId: string }) {
  const list = useGrowingList(SourceRuns, { id: locationId }, (data) => (data.node && 'runs' in data.node ? data.node.runs : NONE), { pageSize: 10 });
  if (list.error) return <ErrorState error={list.error} retry={list.refetch} />;
  if (list.isPending) {
    return (
      <div className={classes.loading}>
        <RowsSkeleton rows={3} />
      </div>
    );
  }
  return (
    <div className={classes.runList}>
      {list.nodes.length === 0 && words.noRuns}
      {list.nodes.map((run) => (
        <RunLine key={run.id} run={run} />
      ))}
      <MoreButton list={list} />
    </div>
  );
}

export function RunLine({ run }: { run: SourceRunPartsFragment }) {
  const took = run.finishedAt ? formatDuration(Date.parse(run.finishedAt) - Date.parse(run.startedAt)) : null;
  return (
    <div className={classes.run} data-outcome={run.outcome}>
      <span className={classes.outcome}>{words.outcomes[run.outcome]}</span>
      <TimeText at={run.startedAt} relative />
      {took && <span>{took}</span>}
      {run.added > 0 && <span className={classes.added}>{words.added(run.added)}</span>}
      {run.removed > 0 && <span className={classes.removed}>{words.removed(run.removed)}</span>}
      {run.changed > 0 && <span>{words.changed(run.changed)}</span>}
      {run.unchanged > 0 && <span>{words.unchanged(run.unchanged)}</span>}
      {run.problems > 0 && <span>{words.problems(run.problems)}</span>}
      {run.revision && <code title={run.revision}>{run.revision.slice(0, 10)}</code>}
      {run.error && <span className={classes.runError}>{run.error}</span>}
    </div>
  );
}
