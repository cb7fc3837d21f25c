// The sentences of this part of the page.
export const words = {
  title: 'Sign in',
  welcome: 'Sign in to Portal',
  username: 'Username',
  password: 'Password',
  submit: 'Sign in',
  missing: 'Fill this in',
  tooMany: 'Too many attempts. Wait a few minutes, then try again.',
  or: 'or with a local account',
  signInWith: (name: string) => `Sign in with ${name}`,
  /** Why an identity provider did not let somebody in, by what the address says. */
  provider: {
    unavailable: (name: string) => `${name} cannot be reached just now. Try again in a moment.`,
    cancelled: (name: string) => `Signing in with ${name} was cancelled.`,
    refused: (name: string) => `${name} did not say who you are. Try again; if it stays, tell an administrator.`,
    'no-account': (name: string) => `You have no account here that goes with ${name}. Ask an administrator for one.`,
    taken: (name: string) =>
      `There is a local account of your name. Sign in with it, or let an administrator connect it with ${name}.`,
  } as Record<string, (name: string) => string>,
  anyProvider: 'The identity provider',
  failed: 'Signing in did not work. Check the username and the password.',
};
