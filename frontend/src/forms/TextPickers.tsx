// Fields made of text with a meaning: an entity's name, tags.
import { TagsInput, TextInput } from '@mantine/core';
import type { FieldProps } from '@rjsf/utils';
import { useOperation } from '../api/hooks';
import { PickTags } from '../gql/operations';
import { textList } from './catalogFilter';
import { change, optionsOf, wordsOf } from './pickerProps';

export function EntityNamePicker(props: FieldProps) {
  return (
    <TextInput
      {...wordsOf(props)}
      value={typeof props.formData === 'string' ? props.formData : ''}
      onChange={(event) => change(props, event.currentTarget.value || undefined)}
      onBlur={() => props.onBlur(props.fieldPathId.$id, props.formData)}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

export function EntityTagsPicker(props: FieldProps) {
  const options = optionsOf(props);
  const kinds = textList(options.kinds);
  const answer = useOperation(PickTags, { filter: kinds.length > 0 ? { kind: kinds } : null }, { staleTime: 60_000 });
  const tags = answer.data?.entityFacets[0]?.buckets.map((bucket) => bucket.value) ?? [];
  return (
    <TagsInput
      {...wordsOf(props)}
      value={textList(props.formData)}
      onChange={(values) => change(props, values.map((value) => value.trim().toLowerCase()))}
      data={tags}
      clearable
      splitChars={[',', ' ']}
      maxDropdownHeight={240}
    />
  );
}
