// The form of the draft, as its users will see it.
import { Alert, SegmentedControl, Stack, Text } from '@mantine/core';
import { FileQuestion } from 'lucide-react';
import { ErrorBoundary } from '../../components/ErrorBoundary';
import { EmptyState, ErrorState, RowsSkeleton } from '../../components/states';
import { SecretsContext } from '../../forms/secrets';
import { formsWords } from '../../forms/strings';
import { TemplateForm, type FormValues } from '../../forms/TemplateForm';
import { fieldsOf } from '../../forms/values';
import { words } from './strings';
import type { Editor } from './useEditor';

export function DraftForm({ editor }: { editor: Editor }) {
  const { form, page, refused } = editor;
  const shown = form.pages[page];
  if (!form.isThere && editor.reading.isPending) return <RowsSkeleton rows={5} height={30} />;
  if (!form.isThere && editor.reading.error) return <ErrorState error={editor.reading.error} retry={editor.reading.refetch} />;
  if (!form.isThere) {
    return (
      <EmptyState icon={FileQuestion} title={words.cannotRead}>
        {words.cannotReadHint}
      </EmptyState>
    );
  }
  return (
    <Stack gap="md">
      {form.isOld && (
        <Text size="sm" c="dimmed" role="status">
          {words.lastGood}
        </Text>
      )}
      {refused.general.length > 0 && (
        <Alert color="red" variant="light" title={words.refused} role="alert">
          {refused.general.map((message) => (
            <div key={message}>{message}</div>
          ))}
        </Alert>
      )}
      {form.pages.length > 1 && (
        <SegmentedControl
          aria-label={words.pages}
          value={String(page)}
          onChange={(value) => editor.setPage(Number(value))}
          data={form.pages.map((one, index) => ({ value: String(index), label: one.title ?? formsWords.page(index + 1) }))}
        />
      )}
      {!shown ? (
        <Text size="sm">{words.asksNothing}</Text>
      ) : (
        <SecretsContext.Provider value={editor.secrets}>
          {shown.description && (
            <Text size="sm" c="dimmed">
              {shown.description}
            </Text>
          )}
          <ErrorBoundary key={`${page} ${form.key}`}>
            <TemplateForm
              page={shown}
              values={ofPage(editor.values, shown.schema)}
              problems={refused.byPage[page] ?? {}}
              onChange={editor.answer}
              onSubmit={editor.run}
            >
              <></>
            </TemplateForm>
          </ErrorBoundary>
        </SecretsContext.Provider>
      )}
    </Stack>
  );
}

function ofPage(values: FormValues, schema: unknown): FormValues {
  const names = fieldsOf(schema);
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}
