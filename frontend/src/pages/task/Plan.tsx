// What a task is going to change, and who has agreed to it.
import { Button, Group, Text, Textarea } from '@mantine/core';
import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useOperationMutation } from '../../api/hooks';
import { isObject } from '../../api/operation';
import { Card } from '../../components/Card';
import { CodeText } from '../../components/CodeText';
import { EntityLink } from '../../components/links';
import { TimeText } from '../../components/TimeText';
import { ApproveTask, RejectTask, Task } from '../../gql/operations';
import { strings } from '../../strings';
import { Made } from './Effects';
import classes from './Plan.module.css';
import { words } from './strings';
import type { TaskData } from './taskData';
import { tell, tellError } from './tell';

export function Plan({ task }: { task: TaskData }) {
  if (!task.plan) return null;
  const waiting = task.status === 'WAITING';
  const effects = task.plan.length === 0 ? <p className={classes.quiet}>{words.planEmpty}</p> : <Effects task={task} />;
  return (
    <Card title={waiting ? strings.task.statuses.WAITING : words.plan} count={words.planFor((task.planHash ?? '').slice(0, 8))}>
      {waiting && <p className={classes.quiet}>{words.planHint}</p>}
      {waiting ? (
        effects
      ) : (
        <details className={classes.detail}>
          <summary>{words.planFor((task.planHash ?? '').slice(0, 8))}</summary>
          {effects}
        </details>
      )}
      {task.approvalsNeeded > 0 && <Approvals task={task} />}
    </Card>
  );
}

function Effects({ task }: { task: TaskData }) {
  return (
    <ol className={classes.effects}>
      {(task.plan ?? []).map((effect, index) => (
        <li key={index}>
          <div>
            <span className={classes.verb}>{effect.verb}</span> {effect.target}
            {!effect.canUndo && <span className={classes.quiet}> · {words.cannotUndo}</span>}
          </div>
          <div className={classes.quiet}>
            {effect.stepName || effect.stepId}
            {effect.creates && (
              <>
                {' → '}
                <Made creates={effect.creates} />
              </>
            )}
          </div>
          {isObject(effect.detail) && Object.keys(effect.detail).length > 0 && (
            <details className={classes.detail}>
              <summary>{words.detail}</summary>
              <CodeText text={JSON.stringify(effect.detail, null, 2)} numbers={false} />
            </details>
          )}
        </li>
      ))}
    </ol>
  );
}

function Approvals({ task }: { task: TaskData }) {
  const given = task.approvals.filter((approval) => approval.isForThisPlan && approval.verdict === 'APPROVED').length;
  const waiting = task.status === 'WAITING';
  return (
    <section className={classes.approvals} aria-label={words.approval}>
      <Text size="sm" fw={600}>
        {words.approvedSoFar(given, task.approvalsNeeded)}
      </Text>
      {waiting && task.approvers.length > 0 && (
        <div className={classes.approvers}>
          <span>{words.ofOthers}</span>
          {task.approvers.map((ref) => (
            <EntityLink key={ref} refText={ref} />
          ))}
        </div>
      )}
      {task.approvals.map((approval, index) => (
        <div key={index} className={classes.approval} data-verdict={approval.verdict}>
          {approval.verdict === 'APPROVED' ? <Check size={16} aria-hidden /> : <X size={16} aria-hidden />}
          <div>
            {words.verdicts[approval.verdict]} {strings.task.by} {approval.by} · <TimeText at={approval.at} relative />
            {!approval.isForThisPlan && <span className={classes.quiet}> · {words.otherPlan}</span>}
            {approval.comment && <div className={classes.comment}>{approval.comment}</div>}
          </div>
        </div>
      ))}
      {task.canApprove ? <Decide task={task} /> : waiting && task.canCancel && <p className={classes.quiet}>{words.notYours}</p>}
    </section>
  );
}

function Decide({ task }: { task: TaskData }) {
  const [comment, setComment] = useState('');
  const approve = useOperationMutation(ApproveTask, [Task]);
  const reject = useOperationMutation(RejectTask, [Task]);
  const input = { id: task.id, planHash: task.planHash ?? '', comment: comment.trim() || null };
  return (
    <div className={classes.decide}>
      {task.approvers.length === 0 && <Text size="sm">{words.yourOwn}</Text>}
      <Textarea label={words.comment} value={comment} onChange={(event) => setComment(event.currentTarget.value)} autosize minRows={1} maxRows={6} maxLength={2000} />
      <Group gap="xs">
        <Button
          leftSection={<Check size={16} aria-hidden />}
          loading={approve.isPending}
          onClick={() => approve.mutate({ input }, { onSuccess: ({ approveTask }) => tell(approveTask.problems), onError: tellError })}
        >
          {words.approve}
        </Button>
        <Button
          variant="default"
          leftSection={<X size={16} aria-hidden />}
          loading={reject.isPending}
          onClick={() => reject.mutate({ input }, { onSuccess: ({ rejectTask }) => tell(rejectTask.problems), onError: tellError })}
        >
          {words.reject}
        </Button>
      </Group>
    </div>
  );
}
