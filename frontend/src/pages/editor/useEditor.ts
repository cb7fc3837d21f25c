// The state of the editor: the draft, what the portal says of it, the answers to its form, and the last dry run.
import type { ErrorSchema } from '@rjsf/utils';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo, useState } from 'react';
import { useOperation, useOperationMutation } from '../../api/hooks';
import { isObject, type JsonObject } from '../../api/operation';
import type { Secrets } from '../../forms/secrets';
import { pagesOf } from '../../forms/pages';
import type { FormValues } from '../../forms/TemplateForm';
import { fieldsOf, placeProblems } from '../../forms/values';
import { ReadDraft, TryDraft } from '../../gql/operations';
import { keep } from './kept';
import type { Mark } from './CodeEditor';
import { TEMPLATE, type Draft, type DraftFile } from './start';

export type Part = 'text' | 'form' | 'findings' | 'dryRun';

const PAUSE_MS = 400;

export function useEditor(name: string, start: Draft) {
  const [draft, setDraft] = useState(start);
  const [part, setPart] = useState<Part>('form');
  const [file, setFile] = useState(TEMPLATE);
  const [target, setTarget] = useState<{ line: number } | null>(null);
  const [answers, setAnswers] = useState<FormValues>({});
  const [secrets, setSecrets] = useState<Record<string, string>>({});
  const [refused, setRefused] = useState<{ byPage: ErrorSchema[]; general: string[] }>({ byPage: [], general: [] });
  const [page, setPage] = useState(0);
  const [ran, setRan] = useState<Draft | null>(null);
  const dryRun = useOperationMutation(TryDraft);

  useEffect(() => keep(name, draft), [name, draft]);

  const [asked] = useDebouncedValue(draft, PAUSE_MS);
  const reading = useOperation(ReadDraft, inputOf(asked), { keepPrevious: true });
  const document: unknown = reading.data?.draft.document ?? null;
  const findings = reading.data?.draft.findings;
  const marks = useMemo<Mark[]>(
    () => (findings ?? []).filter(({ path }) => path === file).map(({ line, message, level }) => ({ line, message, grave: level === 'error' })),
    [findings, file],
  );
  const form = useForm(document);
  const shown = Math.min(page, Math.max(form.pages.length - 1, 0));

  function change(changes: Partial<Draft>) {
    setDraft((before) => ({ ...before, ...changes }));
  }

  function changeText(text: string) {
    if (file === TEMPLATE) change({ text });
    else change({ files: (draft.files ?? []).map((one) => (one.path === file ? { ...one, content: text } : one)) });
  }

  function changeFiles(files: DraftFile[], open: string) {
    change({ files });
    setFile(open);
    setTarget(null);
  }

  function goTo(path: string, line: number) {
    setFile(path);
    setTarget({ line });
    setPart((now) => (now === 'findings' ? 'text' : now));
  }

  function answer(values: FormValues) {
    const names = fieldsOf(form.pages[shown]?.schema);
    const others = Object.entries(answers).filter(([key]) => !names.has(key));
    setAnswers({ ...Object.fromEntries(others), ...values });
    setRefused({ byPage: [], general: [] });
  }

  function run() {
    if (dryRun.isPending) return;
    const secret = Object.entries(secrets).filter(([, value]) => value !== '');
    const input = {
      ...inputOf(draft),
      values: valuesOf(answers, form.pages) as JsonObject,
      ...(secret.length > 0 ? { secrets: Object.fromEntries(secret) } : {}),
    };
    setRan(draft);
    setPart('dryRun');
    dryRun.mutate({ input }, {
      onSuccess: ({ dryRunTemplate: { problems } }) => {
        const placed = placeProblems(problems, form.pages);
        setRefused(placed.firstPage === null ? { byPage: [], general: [] } : placed);
        if (placed.firstPage === null) return;
        setPage(placed.firstPage);
        setPart('form');
      },
    });
  }

  const bySecret: Secrets = { values: secrets, set: (key, value) => setSecrets((all) => ({ ...all, [key]: value })) };
  return {
    draft, part, file, target, marks, form, refused, page: shown, dryRun, reading,
    checking: asked !== draft || reading.isStale || reading.isPending,
    text: file === TEMPLATE ? draft.text : (draft.files?.find((one) => one.path === file)?.content ?? ''),
    values: answers,
    secrets: bySecret,
    isOld: ran !== draft,
    setPart, setPage, changeText, changeFiles, goTo, answer, run,
    open: (path: string) => {
      setFile(path);
      setTarget(null);
    },
  };
}

export type Editor = ReturnType<typeof useEditor>;

function inputOf({ text, files }: Draft) {
  return files === null ? { text } : { text, files: files.map(({ path, content }) => ({ path, content })) };
}

/** The pages of the last text that could be read: a form does not go away while one types above it. */
function useForm(document: unknown) {
  const spec = isObject(document) && isObject(document.spec) ? document.spec : null;
  const secrets = isObject(spec?.secrets) ? spec.secrets.schema : null;
  const now = spec ? JSON.stringify([spec.parameters ?? [], secrets ?? null]) : null;
  const [last, setLast] = useState(now);
  if (now !== null && now !== last) setLast(now);
  const pages = useMemo(() => {
    const [parameters, secretsSchema] = JSON.parse(last ?? '[[], null]') as [unknown, unknown];
    const written = (Array.isArray(parameters) ? parameters : [parameters]).filter(isObject);
    return pagesOf(written.map((schema) => ({ title: textOf(schema.title), description: textOf(schema.description), schema })), secretsSchema, []);
  }, [last]);
  return { pages, isThere: last !== null, isOld: now === null && last !== null, key: last ?? '' };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** The answers that the form still asks for, but for secrets. */
function valuesOf(answers: FormValues, pages: ReturnType<typeof pagesOf>): FormValues {
  const asked = new Set(pages.filter((page) => !page.isSecret).flatMap((page) => [...fieldsOf(page.schema)]));
  return Object.fromEntries(Object.entries(answers).filter(([key]) => asked.has(key)));
}
