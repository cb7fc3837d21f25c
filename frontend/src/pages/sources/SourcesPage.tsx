// Every source of the catalog, those first that need somebody.
import { FileInput } from 'lucide-react';
import { PageButton } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { SourceList } from './SourceList';
import { words } from './strings';

export function SourcesPage() {
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          <PageButton to="/register" leftSection={<FileInput size={16} aria-hidden />}>
            {words.register}
          </PageButton>
        }
      />
      <SourceList />
    </>
  );
}
