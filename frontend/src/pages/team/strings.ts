// The sentences of this part of the page.

export const words = {
  title: 'My team',
  choose: 'Team',
  none: 'You are in no team',
  noneHint: 'A team is a Group of the catalog that your User is a member of.',
  owns: 'What it owns',
  ownsNothing: 'Nothing in the catalog names this team as its owner.',
  problems: 'Problems',
  allProblems: 'All of them',
  noProblems: 'Everything the team owns has been read without findings.',
  page: 'The group’s page',
  panels: 'From plugins',
};
