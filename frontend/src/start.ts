// The first script, and a small one: the page's first query leaves while the code that shows its answer is loaded.
import { askForFirst } from './first';

const NOT_LOADED = 'The page could not be loaded: the portal did not send its code. The network may be away, or the portal was just updated.';
const LOAD_AGAIN = 'Load it again';

const code = askForFirst(window.location);
const main = import('./main');
code().catch(() => undefined); // the router asks for it again, and says what is wrong
main.catch(sayWhy);

/** Without its code the page cannot show anything; this much needs none. */
function sayWhy(): void {
  const message = document.createElement('p');
  const again = document.createElement('a');
  message.setAttribute('role', 'alert');
  message.append(NOT_LOADED, ' ', again);
  again.href = window.location.href;
  again.append(LOAD_AGAIN);
  document.getElementById('root')?.replaceChildren(message);
}
