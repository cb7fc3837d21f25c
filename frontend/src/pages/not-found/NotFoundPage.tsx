// An address that leads nowhere.
import { Compass } from 'lucide-react';
import { Card } from '../../components/Card';
import { PageButton } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { EmptyState } from '../../components/states';
import { strings } from '../../strings';

export function NotFoundPage() {
  return (
    <>
      <PageHeader title={strings.notFound.title} />
      <Card>
        <EmptyState
          icon={Compass}
          title={strings.notFound.hint}
          action={
            <PageButton to="/" variant="default">
              {strings.notFound.home}
            </PageButton>
          }
        />
      </Card>
    </>
  );
}
