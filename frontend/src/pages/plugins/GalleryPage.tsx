// Every block with sample data, as it looks wherever a plugin yields it.
import { SimpleGrid } from '@mantine/core';
import { BlockView } from '../../blocks/blocks';
import { Card } from '../../components/Card';
import { PageButton } from '../../components/links';
import { PageHeader } from '../../components/PageHeader';
import { SAMPLES } from './samples';
import { galleryWords as words } from './strings';

export function GalleryPage() {
  return (
    <>
      <PageHeader
        title={words.title}
        description={words.description}
        actions={
          <PageButton to="/plugins" variant="default">
            {words.plugins}
          </PageButton>
        }
      />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        {SAMPLES.map((block) => (
          <Card key={block.__typename} title={block.__typename.replace(/Block$/, '')}>
            <BlockView block={block} plugin="sample" />
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}
