// The sentences of this part of the page.
export const words = {
  title: 'Notifications',
  description: 'What templates and the portal have told you.',
  list: 'Yours',
  none: 'Nothing yet',
  noneHint: 'When a run needs your approval, or a template tells you something, it stands here.',
  read: 'Mark read',
  readAll: 'Mark all read',
  open: 'Open',
  unread: 'Unread',
  severity: { low: 'Low', high: 'Important', critical: 'Critical' } as Record<string, string | undefined>,
};
