// What every picker takes from its field: words, state, options.
import { getUiOptions, type FieldProps } from '@rjsf/utils';
import type { JsonObject } from '../api/operation';

export interface PickerWords {
  id: string;
  label: string;
  description: string | undefined;
  error: string | undefined;
  placeholder: string | undefined;
  withAsterisk: boolean;
  disabled: boolean;
  autoFocus: boolean;
  inputWrapperOrder: ('label' | 'description' | 'input' | 'error')[];
}

export function wordsOf(props: FieldProps): PickerWords {
  const options = getUiOptions(props.uiSchema);
  const placeholder: unknown = options.placeholder;
  return {
    id: props.fieldPathId.$id,
    label: options.title ?? props.schema.title ?? props.name,
    description: typeof options.description === 'string' ? options.description : props.schema.description,
    error: props.rawErrors && props.rawErrors.length > 0 ? props.rawErrors.join(' ') : undefined,
    placeholder: typeof placeholder === 'string' ? placeholder : undefined,
    withAsterisk: props.required ?? false,
    disabled: Boolean(props.disabled) || Boolean(props.readonly),
    autoFocus: Boolean(options.autofocus ?? props.autofocus),
    inputWrapperOrder: ['label', 'description', 'input', 'error'],
  };
}

export function optionsOf(props: FieldProps): JsonObject {
  return getUiOptions(props.uiSchema) as JsonObject;
}

export function change(props: FieldProps, value: unknown): void {
  props.onChange(value, props.fieldPathId.path);
}
