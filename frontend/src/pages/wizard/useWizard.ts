// The state of a wizard: which step, what was answered, what the server refused.
import { useNavigate } from '@tanstack/react-router';
import type { ErrorSchema } from '@rjsf/utils';
import { useEffect, useState } from 'react';
import { request } from '../../api/client';
import { useOperationMutation } from '../../api/hooks';
import type { JsonObject } from '../../api/operation';
import type { MutationProblem } from '../../components/problems';
import { explain } from '../../components/states';
import type { Secrets } from '../../forms/secrets';
import type { FormValues } from '../../forms/TemplateForm';
import { CheckParameters, RetryWithAnswers, RunTemplate, Task, Tasks } from '../../gql/operations';
import { uuidOf } from '../../ids';
import { spread, type TemplatePage } from '../../forms/pages';
import { merged, newIdempotencyKey, placeProblems } from '../../forms/values';
import { forget, keep, kept } from './kept';

export interface Start {
  templateRef: string;
  pages: TemplatePage[];
  /** Answers to begin with; null: those that this tab has kept. */
  answers: Record<string, unknown> | null;
  /** The task that goes on with these answers, in place of a new one. */
  retryId: string | null;
}

export function useWizard({ templateRef, pages, answers, retryId }: Start) {
  const navigate = useNavigate();
  const start = useOperationMutation(RunTemplate, [Tasks]);
  const retry = useOperationMutation(RetryWithAnswers, [Task, Tasks]);
  const name = retryId ?? templateRef;
  const [first] = useState(() => (answers ? { step: 0, values: spread(answers, pages) } : kept(name, pages)));
  const [step, setStep] = useState(first?.step ?? 0);
  const [values, setValues] = useState<FormValues[]>(() => pages.map((_, index) => first?.values[index] ?? {}));
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [problems, setProblems] = useState<ErrorSchema[]>([]);
  const [general, setGeneral] = useState<string[]>([]);
  const [checking, setChecking] = useState(false);
  const [key, setKey] = useState(newIdempotencyKey);

  useEffect(() => keep(name, { step, values }, pages), [name, step, values, pages]);

  const top = () => window.scrollTo({ top: 0 });
  const parameters = (all: FormValues[]) => merged(all.filter((_, index) => !pages[index]?.isSecret)) as JsonObject;
  const given = () => Object.fromEntries(Object.entries(secrets).filter(([, secret]) => secret !== ''));

  function goTo(target: number) {
    setStep(Math.max(0, target));
    top();
  }

  function refuse(found: MutationProblem[]) {
    const placed = placeProblems(found, pages);
    setKey(newIdempotencyKey());
    setProblems(placed.byPage);
    setGeneral(placed.general);
    if (placed.firstPage !== null) setStep(placed.firstPage);
    top();
  }

  /** The server looks at what was answered so far; only what is wrong on this page keeps one on it. */
  async function next(answered: FormValues) {
    const all = values.map((one, index) => (index === step ? answered : one));
    setValues(all);
    setChecking(true);
    try {
      const { data } = await request(CheckParameters, { templateRef, parameters: parameters(all) });
      const placed = placeProblems(data.checkParameters, pages);
      const here = placed.byPage[step] ?? {};
      setProblems(placed.byPage.map((one, index) => (index <= step ? one : {})));
      if (Object.keys(here).length > 0) return;
    } catch {
      // It looks at everything once more before the run.
    } finally {
      setChecking(false);
    }
    goTo(step + 1);
  }

  function run(planFirst: boolean) {
    setGeneral([]);
    const done = (task: { id: string } | null, found: MutationProblem[]) => {
      if (!task) return refuse(found);
      forget(name);
      void navigate({ to: '/tasks/$id', params: { id: uuidOf(task.id) } });
    };
    const onError = (error: Error) => setGeneral([explain(error).message]);
    const secretsGiven = Object.keys(given()).length > 0 ? { secrets: given() } : {};
    if (retryId !== null) {
      const input = { id: retryId, parameters: parameters(values), ...secretsGiven };
      retry.mutate({ input }, { onSuccess: ({ retryTask }) => done(retryTask.task, retryTask.problems), onError });
      return;
    }
    const input = { templateRef, parameters: parameters(values), planFirst, idempotencyKey: key, ...secretsGiven };
    start.mutate({ input }, { onSuccess: ({ runTemplate }) => done(runTemplate.task, runTemplate.problems), onError });
  }

  const bySecret: Secrets = { values: secrets, set: (name, value) => setSecrets((all) => ({ ...all, [name]: value })) };
  return {
    step,
    values,
    problems,
    general,
    checking,
    running: start.isPending || retry.isPending,
    secrets: bySecret,
    change: (answered: FormValues) => {
      setValues((all) => all.map((one, index) => (index === step ? answered : one)));
      if (problems.length > 0) setProblems((all) => all.map((one, index) => (index === step ? {} : one)));
    },
    next: (answered: FormValues) => void next(answered),
    goTo,
    run,
  };
}
