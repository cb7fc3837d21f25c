// One page of a template as a form.
import type { IChangeEvent } from '@rjsf/core';
import Form from '@rjsf/core/lib/components/Form.js'; // the index also brings a test helper, and with it ajv
import type { ErrorSchema, RegistryFieldsType } from '@rjsf/utils';
import type { ReactNode } from 'react';
import { EntityPicker, MultiEntityPicker, MyGroupsPicker, OwnedEntityPicker, OwnerPicker } from './EntityPickers';
import type { FormPage } from './schema';
import { templates } from './templates';
import { EntityNamePicker, EntityTagsPicker, RepoUrlPicker } from './TextPickers';
import { validator } from './validator';
import { widgets } from './widgets';

export type FormValues = Record<string, unknown>;

const fields: RegistryFieldsType = {
  EntityPicker,
  OwnerPicker,
  OwnedEntityPicker,
  MultiEntityPicker,
  MyGroupsPicker,
  EntityNamePicker,
  EntityTagsPicker,
  RepoUrlPicker,
};

interface Props {
  page: FormPage;
  values: FormValues;
  /** What the server found wrong, by field. */
  problems: ErrorSchema;
  onChange: (values: FormValues) => void;
  onSubmit: (values: FormValues) => void;
  children: ReactNode;
}

export function TemplateForm({ page, values, problems, onChange, onSubmit, children }: Props) {
  return (
    <Form
      schema={page.schema}
      uiSchema={page.uiSchema}
      formData={values}
      validator={validator}
      fields={fields}
      widgets={widgets}
      templates={templates}
      extraErrors={problems}
      showErrorList={false}
      noHtml5Validate
      omitExtraData
      focusOnFirstError
      onChange={(event: IChangeEvent<FormValues>) => onChange(event.formData ?? {})}
      onSubmit={(event: IChangeEvent<FormValues>) => onSubmit(event.formData ?? {})}
      onError={() => undefined} // the fields say it; without this the library writes it to the console
    >
      {children}
    </Form>
  );
}
