// The sentences of this part of the page.
import { formatNumber, plural } from '../../format';

export const words = {
  planning: 'Its plan is being computed',
  undoing: 'What it made is being taken back',
  awaits: 'for',
  awaitsUntil: 'until',
  cancelling: 'It stops before its next effect',

  retry: 'Retry',
  retryTitle: 'Retry from the step that failed',
  retryHint: 'Finished steps are not done again. What was changed outside is looked up before it is made, so nothing is made twice.',
  retrySame: 'Retry with the same values',
  retryChange: 'Change the values first',
  secretsAgain: 'Secrets are gone when a task ends: give them again.',

  undo: 'Undo',
  undoTitle: 'Take back what this task made',
  undoHint: 'The last thing first. What cannot be taken back stays and is named.',
  undoNow: (count: number) => `Take back ${plural(count, 'change', 'changes')}`,

  plan: 'Plan',
  planHint: 'Nothing of this has happened yet. If the world has changed when it is applied, the task stops.',
  planEmpty: 'The plan changes nothing outside of the task.',
  planFor: (hash: string) => `Plan ${hash}`,
  detail: 'What will be set',
  cannotUndo: 'cannot be taken back',

  approval: 'Approval',
  approvedSoFar: (given: number, needed: number) => `${formatNumber(given)} of ${plural(needed, 'approval', 'approvals')}`,
  yourOwn: 'You asked to see the plan first. Approve it and the task runs.',
  ofOthers: 'It is approved by somebody of:',
  notYours: 'Whoever asked for the run cannot approve it.',
  comment: 'Comment',
  approve: 'Approve',
  reject: 'Reject',
  verdicts: { APPROVED: 'Approved', REJECTED: 'Rejected' },
  otherPlan: 'of an earlier plan',

  effects: 'What it changed',
  effectStates: {
    INTENDED: 'may have happened',
    DONE: 'done',
    FOUND: 'was there before',
    UNDONE: 'taken back',
    LEFT: 'still there',
  },
  leftTitle: 'This is still there and has to be removed by hand',

  condition: 'if',
  each: 'for each',
  uses: (names: string) => `uses ${names}`,
  onlyStep: (name: string) => `Show only the log of ${name}`,

  logSearch: 'Search the log',
  level: 'Level',
  levels: { all: 'All', warning: 'Warnings', error: 'Errors' },
  matches: (count: number) => plural(count, 'line', 'lines'),
  stepShown: (name: string) => `Only: ${name}`,
  everyStep: 'Show every step',
  toEnd: 'To the end',
  noneMatch: 'No line of the log matches.',

  template: 'Template',
  version: (hash: string) => `version ${hash}`,
  nothingAsked: 'The template asks for nothing.',
};
