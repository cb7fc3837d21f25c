// A moment: relative or local, with UTC on hover and in the markup.
import { formatDateTime, formatRelative, formatUtc } from '../format';

interface Props {
  at: string;
  relative?: boolean;
}

export function TimeText({ at, relative = false }: Props) {
  return (
    <time dateTime={at} title={relative ? `${formatDateTime(at)} · ${formatUtc(at)}` : formatUtc(at)}>
      {relative ? formatRelative(at) : formatDateTime(at)}
    </time>
  );
}
