// The sentences of this part of the page.
export const words = {
  title: 'Sign in',
  welcome: 'Sign in to Portal',
  username: 'Username',
  password: 'Password',
  submit: 'Sign in',
  missing: 'Fill this in',
  tooMany: 'Too many attempts. Wait a few minutes, then try again.',
  failed: 'Signing in did not work. Check the username and the password.',
};
