// Mantine's inputs as the widgets of @rjsf: each has its own label, description and error.
import { Checkbox, ColorInput, FileInput, PasswordInput, Radio, Select, MultiSelect, Stack, Textarea, TextInput } from '@mantine/core';
import {
  enumOptionsValueForIndex,
  getInputProps,
  type BaseInputTemplateProps,
  type RegistryWidgetsType,
  type WidgetProps,
} from '@rjsf/utils';
import type { ChangeEvent } from 'react';
import { formsWords } from './strings';

function common(props: WidgetProps) {
  const description: unknown = props.options.description ?? props.schema.description;
  return {
    id: props.id,
    label: props.hideLabel ? undefined : props.label,
    description: typeof description === 'string' ? description : undefined,
    error: props.rawErrors && props.rawErrors.length > 0 ? props.rawErrors.join(' ') : undefined,
    withAsterisk: props.required ?? false,
    disabled: Boolean(props.disabled) || Boolean(props.readonly),
    autoFocus: props.autofocus ?? false,
    inputWrapperOrder: ['label', 'description', 'input', 'error'] as ('label' | 'description' | 'input' | 'error')[],
  };
}

/** The words of a group of choices, which cannot take the focus as a whole. */
function group(props: WidgetProps) {
  const { id, label, description, error, withAsterisk, disabled } = common(props);
  return { id, label, description, error, withAsterisk, disabled };
}

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

function textHandlers(props: WidgetProps) {
  return {
    value: textOf(props.value),
    placeholder: props.placeholder || undefined,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      const text = event.currentTarget.value;
      props.onChange(text === '' ? props.options.emptyValue : text);
    },
    onBlur: () => props.onBlur(props.id, props.value),
    onFocus: () => props.onFocus(props.id, props.value),
  };
}

export function BaseInput(props: BaseInputTemplateProps) {
  const input = getInputProps(props.schema, props.type as string | undefined, props.options);
  return (
    <TextInput
      {...common(props)}
      {...textHandlers(props)}
      type={input.type}
      {...(input.step === undefined ? {} : { step: input.step })}
      {...(input.min === undefined ? {} : { min: input.min })}
      {...(input.max === undefined ? {} : { max: input.max })}
      autoComplete={input.autoComplete ?? 'off'}
    />
  );
}

function PasswordWidget(props: WidgetProps) {
  return <PasswordInput {...common(props)} {...textHandlers(props)} autoComplete="new-password" />;
}

function TextareaWidget(props: WidgetProps) {
  const rows = typeof props.options.rows === 'number' ? props.options.rows : 4;
  return <Textarea {...common(props)} {...textHandlers(props)} autosize minRows={rows} maxRows={24} />;
}

function CheckboxWidget(props: WidgetProps) {
  const { label, description, error, disabled, id, autoFocus } = common(props);
  return (
    <Checkbox
      id={id}
      label={label ?? props.label}
      description={description}
      error={error}
      disabled={disabled}
      autoFocus={autoFocus}
      checked={Boolean(props.value)}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  );
}

/** Choices are numbered, so that values of any type can be chosen. */
function numbered(props: WidgetProps) {
  const options = props.options.enumOptions ?? [];
  const disabled: unknown[] = props.options.enumDisabled ?? [];
  const data = options.map((option, index) => ({
    value: String(index),
    label: option.label,
    disabled: disabled.includes(option.value),
  }));
  const indexOf = (value: unknown) => options.findIndex((option) => JSON.stringify(option.value) === JSON.stringify(value));
  const valueAt = (index: string | string[]): unknown =>
    enumOptionsValueForIndex(index, options, props.options.emptyValue);
  return { data, indexOf, valueAt };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function SelectWidget(props: WidgetProps) {
  const { data, indexOf, valueAt } = numbered(props);
  const words = { ...common(props), placeholder: props.placeholder || undefined, searchable: data.length > 8 };
  if (props.multiple) {
    const chosen = listOf(props.value).map((value) => String(indexOf(value)));
    return <MultiSelect {...words} data={data} value={chosen} onChange={(indexes) => props.onChange(valueAt(indexes))} clearable />;
  }
  const index = indexOf(props.value);
  return (
    <Select
      {...words}
      data={data}
      value={index < 0 ? null : String(index)}
      clearable={!props.required && props.schema.default === undefined}
      allowDeselect={!props.required}
      onChange={(chosen) => props.onChange(chosen === null ? props.options.emptyValue : valueAt(chosen))}
    />
  );
}

function RadioWidget(props: WidgetProps) {
  const { data, indexOf, valueAt } = numbered(props);
  const { disabled, ...words } = group(props);
  const index = indexOf(props.value);
  return (
    <Radio.Group {...words} value={index < 0 ? null : String(index)} onChange={(chosen) => props.onChange(valueAt(chosen))}>
      <Stack gap={8} mt={8}>
        {data.map((option) => (
          <Radio key={option.value} value={option.value} label={option.label} disabled={disabled || option.disabled} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function CheckboxesWidget(props: WidgetProps) {
  const { data, indexOf, valueAt } = numbered(props);
  const { disabled, ...words } = group(props);
  const chosen = listOf(props.value).map((value) => String(indexOf(value)));
  return (
    <Checkbox.Group {...words} value={chosen} onChange={(indexes) => props.onChange(valueAt(indexes))}>
      <Stack gap={8} mt={8}>
        {data.map((option) => (
          <Checkbox key={option.value} value={option.value} label={option.label} disabled={disabled || option.disabled} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function ColorWidget(props: WidgetProps) {
  return (
    <ColorInput
      {...common(props)}
      format="hex"
      withEyeDropper={false}
      value={typeof props.value === 'string' ? props.value : ''}
      onChange={(colour) => props.onChange(colour === '' ? props.options.emptyValue : colour)}
      onBlur={() => props.onBlur(props.id, props.value)}
    />
  );
}

/** A file as a `data:` address with its name, as JSON Schema's `format: data-url` has it. */
function FileWidget(props: WidgetProps) {
  const { label, description, error, withAsterisk, disabled, id } = common(props);
  const words = { id, label, description, error, withAsterisk, disabled, placeholder: formsWords.chooseFile, clearable: true };
  const accept = typeof props.options.accept === 'string' ? props.options.accept : undefined;
  const read = (files: File[]) => Promise.all(files.map(dataUrl));
  if (props.multiple) {
    return <FileInput {...words} multiple {...(accept ? { accept } : {})} onChange={(files) => void read(files).then(props.onChange)} />;
  }
  return (
    <FileInput
      {...words}
      {...(accept ? { accept } : {})}
      onChange={(file) => void read(file ? [file] : []).then(([url]) => props.onChange(url))}
    />
  );
}

function dataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(new Error(file.name));
    reader.onload = () => resolve((typeof reader.result === 'string' ? reader.result : '').replace(';base64', `;name=${encodeURIComponent(file.name)};base64`));
    reader.readAsDataURL(file);
  });
}

export const widgets: RegistryWidgetsType = {
  ColorWidget,
  FileWidget,

  PasswordWidget,
  TextareaWidget,
  CheckboxWidget,
  SelectWidget,
  RadioWidget,
  CheckboxesWidget,
};
