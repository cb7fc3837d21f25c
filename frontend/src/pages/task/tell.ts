// What the portal did not do, said in the corner of the page.
import { notifications } from '@mantine/notifications';
import { explain } from '../../components/states';

export function tell(problems: { message: string }[]): void {
  const [problem] = problems;
  if (problem) notifications.show({ color: 'red', message: problem.message });
}

export function tellError(error: Error): void {
  notifications.show({ color: 'red', ...explain(error) });
}
