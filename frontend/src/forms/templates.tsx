// How a form is laid out: fields under each other, groups with a heading, lists that grow.
import { ActionIcon, Alert, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  MultiSchemaFieldTemplateProps,
  ObjectFieldTemplateProps,
  TemplatesType,
  UnsupportedFieldProps,
  WrapIfAdditionalTemplateProps,
} from '@rjsf/utils';
import { ADDITIONAL_PROPERTY_FLAG, getUiOptions } from '@rjsf/utils';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { formsWords } from './strings';
import { BaseInput } from './widgets';

function Field(props: FieldTemplateProps) {
  if (props.hidden) return <div hidden>{props.children}</div>;
  const content = (
    <div>
      {props.children}
      {props.rawHelp && (
        <Text size="xs" c="dimmed" mt={6}>
          {props.rawHelp}
        </Text>
      )}
    </div>
  );
  return ADDITIONAL_PROPERTY_FLAG in props.schema ? <Additional {...props}>{content}</Additional> : content;
}

/** A field whose name the reader gives. */
function Additional({ children, label, id, disabled, readonly, onKeyRenameBlur, onRemoveProperty }: WrapIfAdditionalTemplateProps) {
  return (
    <Group align="flex-end" wrap="nowrap" gap="xs">
      <TextInput
        id={`${id}-key`}
        label={formsWords.key}
        defaultValue={label}
        disabled={disabled || readonly}
        onBlur={onKeyRenameBlur}
      />
      <div style={{ flex: 1 }}>{children}</div>
      <ActionIcon variant="default" size={36} aria-label={formsWords.remove} onClick={onRemoveProperty}>
        <Trash2 size={16} aria-hidden />
      </ActionIcon>
    </Group>
  );
}

function Heading({ title, description }: { title: string | undefined; description: unknown }) {
  return (
    <>
      {title && (
        <Title order={3} size="h3">
          {title}
        </Title>
      )}
      {typeof description === 'string' && description && (
        <Text size="sm" c="dimmed">
          {description}
        </Text>
      )}
    </>
  );
}

function ObjectField(props: ObjectFieldTemplateProps) {
  const options = getUiOptions(props.uiSchema);
  const isRoot = props.fieldPathId.path.length === 0;
  const canAdd = Boolean(props.schema.additionalProperties) && options.expandable !== false;
  const fields = (
    <Stack gap="lg">
      {!isRoot && <Heading title={options.title ?? props.title} description={options.description ?? props.description} />}
      {props.properties.map((property) => (
        <div key={property.name} hidden={property.hidden}>
          {property.content}
        </div>
      ))}
      {canAdd && (
        <div>
          <Button variant="default" size="xs" leftSection={<Plus size={14} aria-hidden />} onClick={props.onAddProperty}>
            {formsWords.add}
          </Button>
        </div>
      )}
    </Stack>
  );
  return isRoot || !props.title ? fields : <Paper withBorder p="md">{fields}</Paper>;
}

function ArrayField(props: ArrayFieldTemplateProps) {
  const options = getUiOptions(props.uiSchema);
  return (
    <Stack gap="xs" role="group" aria-label={props.title}>
      <div>
        <Text size="sm" fw={500} component="span">
          {options.title ?? props.title}
          {props.required && <Text span c="red"> *</Text>}
        </Text>
        {(options.description ?? props.schema.description) && (
          <Text size="xs" c="dimmed">
            {options.description ?? props.schema.description}
          </Text>
        )}
      </div>
      {props.items}
      {props.rawErrors && props.rawErrors.length > 0 && (
        <Text size="xs" c="red" role="alert">
          {props.rawErrors.join(' ')}
        </Text>
      )}
      {props.canAdd && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<Plus size={14} aria-hidden />}
            onClick={props.onAddClick}
            disabled={Boolean(props.disabled) || Boolean(props.readonly)}
          >
            {formsWords.add}
          </Button>
        </div>
      )}
    </Stack>
  );
}

function ArrayItem({ children, buttonsProps, hasToolbar }: ArrayFieldItemTemplateProps) {
  const { hasMoveUp, hasMoveDown, hasRemove, onMoveUpItem, onMoveDownItem, onRemoveItem, disabled, readonly } = buttonsProps;
  const off = Boolean(disabled) || Boolean(readonly);
  return (
    <Group align="flex-start" wrap="nowrap" gap="xs">
      <div style={{ flex: 1, minWidth: 0 }}>{children}</div>
      {hasToolbar && (
        <ActionIcon.Group>
          {hasMoveUp && (
            <ActionIcon variant="default" size={36} aria-label={formsWords.up} onClick={onMoveUpItem} disabled={off}>
              <ArrowUp size={15} aria-hidden />
            </ActionIcon>
          )}
          {hasMoveDown && (
            <ActionIcon variant="default" size={36} aria-label={formsWords.down} onClick={onMoveDownItem} disabled={off}>
              <ArrowDown size={15} aria-hidden />
            </ActionIcon>
          )}
          {hasRemove && (
            <ActionIcon variant="default" size={36} aria-label={formsWords.remove} onClick={onRemoveItem} disabled={off}>
              <Trash2 size={15} aria-hidden />
            </ActionIcon>
          )}
        </ActionIcon.Group>
      )}
    </Group>
  );
}

/** One of several forms of a value: which, then its fields. */
function Alternatives({ selector, optionSchemaField }: MultiSchemaFieldTemplateProps) {
  return (
    <Stack gap="sm">
      <div>{selector}</div>
      {optionSchemaField}
    </Stack>
  );
}

function Unsupported({ reason }: UnsupportedFieldProps) {
  return (
    <Alert color="orange" variant="light" title={formsWords.unsupported}>
      {reason}
    </Alert>
  );
}

export const templates: Partial<TemplatesType> = {
  BaseInputTemplate: BaseInput,
  FieldTemplate: Field,
  ObjectFieldTemplate: ObjectField,
  ArrayFieldTemplate: ArrayField,
  ArrayFieldItemTemplate: ArrayItem,
  MultiSchemaFieldTemplate: Alternatives,
  UnsupportedFieldTemplate: Unsupported,
};
