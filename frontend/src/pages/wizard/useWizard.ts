// The state of a wizard: which step, what was answered, what the server refused.
import { useNavigate } from '@tanstack/react-router';
import type { ErrorSchema } from '@rjsf/utils';
import { useState } from 'react';
import { useOperationMutation } from '../../api/hooks';
import type { JsonObject } from '../../api/operation';
import { explain } from '../../components/states';
import type { FormPage } from '../../forms/schema';
import type { FormValues } from '../../forms/TemplateForm';
import { RunTemplate, Tasks } from '../../gql/operations';
import { uuidOf } from '../../ids';
import { merged, newIdempotencyKey, placeProblems } from './values';

interface WizardState {
  step: number;
  values: FormValues[];
  problems: ErrorSchema[];
  general: string[];
  running: boolean;
  change: (values: FormValues) => void;
  next: (values: FormValues) => void;
  goBackTo: (step: number) => void;
  run: () => void;
}

export function useWizard(templateRef: string, pages: FormPage[]): WizardState {
  const navigate = useNavigate();
  const start = useOperationMutation(RunTemplate, [Tasks]);
  const [step, setStep] = useState(0);
  const [values, setValues] = useState<FormValues[]>(() => pages.map(() => ({})));
  const [problems, setProblems] = useState<ErrorSchema[]>([]);
  const [general, setGeneral] = useState<string[]>([]);
  const [key, setKey] = useState(newIdempotencyKey);

  const keep = (index: number, given: FormValues) => setValues((all) => all.map((one, at) => (at === index ? given : one)));
  const top = () => window.scrollTo({ top: 0 });

  function run() {
    setGeneral([]);
    start.mutate(
      { input: { templateRef, parameters: merged(values) as JsonObject, idempotencyKey: key } },
      {
        onSuccess: ({ runTemplate }) => {
          if (runTemplate.task) {
            void navigate({ to: '/tasks/$id', params: { id: uuidOf(runTemplate.task.id) } });
            return;
          }
          const placed = placeProblems(runTemplate.problems, pages);
          setKey(newIdempotencyKey());
          setProblems(placed.byPage);
          setGeneral(placed.general);
          if (placed.firstPage !== null) setStep(placed.firstPage);
          top();
        },
        onError: (error) => setGeneral([explain(error).message]),
      },
    );
  }

  return {
    step,
    values,
    problems,
    general,
    running: start.isPending,
    change: (given) => {
      keep(step, given);
      if (problems.length > 0) setProblems((all) => all.map((one, at) => (at === step ? {} : one)));
    },
    next: (given) => {
      keep(step, given);
      setStep(step + 1);
      top();
    },
    goBackTo: (target) => {
      setStep(Math.max(0, target));
      top();
    },
    run,
  };
}
