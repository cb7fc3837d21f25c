// A form that changes something: what is missing, and what the API refuses, is said beside the field that it belongs to.
import { useState } from 'react';
import { useOperationMutation } from '../api/hooks';
import type { Operation } from '../api/operation';
import { strings } from '../strings';
import { byField, type MutationProblem } from './problems';
import { explain } from './states';

interface FormMutation<TData, TVariables> {
  /** By field; what belongs to none is under ''. */
  errors: Record<string, string>;
  busy: boolean;
  /** Unless something of `needed` is empty; `done` is told an answer without problems. */
  send: (needed: Record<string, string | string[]>, variables: TVariables, done: (data: TData) => void) => void;
}

export function useFormMutation<TData, TVariables>(
  operation: Operation<TData, TVariables>,
  fields: string[],
  problemsOf: (data: TData) => MutationProblem[],
  refreshes: Operation<unknown, never>[],
): FormMutation<TData, TVariables> {
  const mutation = useOperationMutation(operation, refreshes);
  const [errors, setErrors] = useState<Record<string, string>>({});

  function send(needed: Record<string, string | string[]>, variables: TVariables, done: (data: TData) => void) {
    const missing = Object.entries(needed).filter(([, value]) => (typeof value === 'string' ? value.trim() : value).length === 0);
    setErrors(Object.fromEntries(missing.map(([field, value]) => [field, typeof value === 'string' ? strings.required : strings.chooseSome])));
    if (missing.length > 0) return;
    mutation.mutate(variables, {
      onSuccess: (data) => {
        const problems = problemsOf(data);
        setErrors(byField(problems, fields));
        if (problems.length === 0) done(data);
      },
      onError: (error) => setErrors({ '': explain(error).message }),
    });
  }

  return { errors, busy: mutation.isPending, send };
}
