// A field whose value is a secret: it goes beside the form's values, which hold stars in its place.
import { PasswordInput } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { change, wordsOf } from './pickerProps';
import { masked, useSecrets } from './secrets';

export function SecretField(props: FieldProps) {
  const secrets = useSecrets();
  return (
    <PasswordInput
      {...wordsOf(props)}
      value={secrets.values[props.name] ?? ''}
      autoComplete="new-password"
      onChange={(event) => {
        const { value } = event.currentTarget;
        secrets.set(props.name, value);
        change(props, value ? masked(value) : undefined);
      }}
      onBlur={() => props.onBlur(props.fieldPathId.$id, props.formData)}
    />
  );
}
