// A draft as a file: the template alone, or a zip with what lies beside it.
import { strToU8, zipSync, type Zippable } from 'fflate';
import { download } from '../../download';
import { TEMPLATE, type Draft } from './start';

const UNIX = 3;

export function save(draft: Draft): void {
  if (!draft.files?.length) return download(TEMPLATE, draft.text, 'application/yaml');
  const entries: Zippable = { [TEMPLATE]: [strToU8(draft.text), {}] };
  for (const { path, content, executable } of draft.files) {
    entries[path] = [strToU8(content), { os: UNIX, attrs: (executable ? 0o100755 : 0o100644) << 16 }];
  }
  download('template.zip', zipSync(entries), 'application/zip');
}
