// What a task made: links first, then words.
import { Stack, Text } from '@mantine/core';
import { ArrowUpRight } from 'lucide-react';
import { Card } from '../../components/Card';
import { EntityLink, PageButton } from '../../components/links';
import { OutsideLink } from '../../components/OutsideLink';
import { PlainMarkdown } from '../../components/PlainMarkdown';
import { entityParams } from '../../refs';
import { strings } from '../../strings';
import type { TaskData } from './taskData';
import classes from './TaskPage.module.css';

export function Output({ task }: { task: TaskData }) {
  const { outputLinks, outputText } = task;
  if (outputLinks.length === 0 && outputText.length === 0) return null;
  const entities = outputLinks.filter((link) => link.entityRef !== null);
  const others = outputLinks.filter((link) => link.entityRef === null && link.url !== null);
  return (
    <Card title={strings.task.result}>
      <Stack gap="md">
        {(entities.length > 0 || others.length > 0) && (
          <div className={classes.links}>
            {entities.map((link, index) =>
              index === 0 ? (
                <PageButton
                  key={link.entityRef}
                  to="/catalog/$namespace/$kind/$name"
                  params={entityParams(link.entityRef ?? '')}
                  rightSection={<ArrowUpRight size={16} aria-hidden />}
                >
                  {link.title}
                </PageButton>
              ) : (
                <EntityLink key={link.entityRef} refText={link.entityRef ?? ''} label={link.title} />
              ),
            )}
            {others.map((link) => (
              <OutsideLink key={link.url} url={link.url ?? ''} title={link.title} safe={/^https?:/i.test(link.url ?? '')} />
            ))}
          </div>
        )}
        {outputText.map((text, index) => (
          <div key={index}>
            {text.title && (
              <Text size="sm" fw={600} mb={4}>
                {text.title}
              </Text>
            )}
            <PlainMarkdown text={text.content} />
          </div>
        ))}
      </Stack>
    </Card>
  );
}
