// One page of a template as a form.
import type { IChangeEvent } from '@rjsf/core';
import Form from '@rjsf/core/lib/components/Form.js'; // the index also brings a test helper, and with it ajv
import type { ErrorSchema, RegistryFieldsType, RJSFValidationError } from '@rjsf/utils';
import { useRef, type ReactNode } from 'react';
import { EntityPicker, MultiEntityPicker, MultiOwnerPicker, MyGroupsPicker, OwnedEntityPicker, OwnerPicker } from './EntityPickers';
import { RepoBranchPicker, RepoOwnerPicker, RepoUrlPicker } from './RepoPickers';
import type { FormPage } from './schema';
import { SecretField } from './SecretField';
import { templates } from './templates';
import { EntityNamePicker, EntityTagsPicker } from './TextPickers';
import { validator } from './validator';
import { widgets } from './widgets';

export type FormValues = Record<string, unknown>;

const fields: RegistryFieldsType = {
  EntityPicker,
  OwnerPicker,
  OwnedEntityPicker,
  MultiEntityPicker,
  MultiOwnerPicker,
  MyGroupsPicker,
  RepoBranchPicker,
  RepoOwnerPicker,
  Secret: SecretField,
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
  /** Where a page has several forms: makes the ids of their fields unlike. */
  idPrefix?: string;
  children: ReactNode;
}

export function TemplateForm({ page, values, problems, onChange, onSubmit, idPrefix, children }: Props) {
  // While one types, an empty field is not a mistake yet; it is when one wants to go on.
  const tried = useRef(false);
  const notYet = (errors: RJSFValidationError[]) => (tried.current ? errors : errors.filter((error) => error.name !== 'required'));
  return (
    <div
      onSubmitCapture={() => {
        tried.current = true;
      }}
    >
      <Form
      schema={page.schema}
      uiSchema={page.uiSchema}
      {...(idPrefix === undefined ? {} : { idPrefix })}
      formData={values}
      validator={validator}
      fields={fields}
      widgets={widgets}
      templates={templates}
      extraErrors={problems}
      showErrorList={false}
      noHtml5Validate
      liveValidate="onChange"
      transformErrors={notYet}
      omitExtraData
      focusOnFirstError
      onChange={(event: IChangeEvent<FormValues>) => onChange(event.formData ?? {})}
      onSubmit={(event: IChangeEvent<FormValues>) => onSubmit(event.formData ?? {})}
      onError={() => undefined} // the fields say it; without this the library writes it to the console
    >
      {children}
    </Form>
    </div>
  );
}
