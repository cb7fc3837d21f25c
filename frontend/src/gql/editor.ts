// Made by scripts/codegen.mjs from the schema snapshot and the .graphql files; not edited by hand.

import { operation } from '../api/operation';
import type {
  ReadDraftQuery,
  ReadDraftQueryVariables,
  EditorTemplatesQuery,
  EditorTemplatesQueryVariables,
  EditorTemplateQuery,
  EditorTemplateQueryVariables,
} from './operations';

export const ReadDraft = operation<ReadDraftQuery, ReadDraftQueryVariables>('ReadDraft', `query ReadDraft($text: String!, $files: [DraftFileInput!]) {
  draft(text: $text, files: $files) {
    document
    findings {
      code
      message
      level
      path
      line
    }
  }
}`);

export const EditorTemplates = operation<EditorTemplatesQuery, EditorTemplatesQueryVariables>('EditorTemplates', `query EditorTemplates {
  templates(first: 100) {
    nodes {
      ref
      namespace
      name
      displayName
    }
  }
}`);

export const EditorTemplate = operation<EditorTemplateQuery, EditorTemplateQueryVariables>('EditorTemplate', `query EditorTemplate($ref: String!) {
  entity(ref: $ref) {
    ref
    namespace
    name
    displayName
    descriptor
    ... on Template {
      steps
    }
  }
}`);

