// Calls methods of the clients as lines of JSON on stdin ask for them, and prints one line for each:
// {"client", "method", "arguments", "token"} gives {"value"}, {"none": true} for undefined, or {"error"}.
// The method `$methods` tells the names of the client's methods.
import { createInterface } from 'node:readline';
import { makeClients, revive } from './clients.mjs';

const [base] = process.argv.slice(2);

async function call({ client, method, arguments: given, token }) {
  const target = makeClients(base, token)[client];
  if (method === '$methods') return Object.getOwnPropertyNames(Object.getPrototypeOf(target));
  if (typeof target?.[method] !== 'function') throw new Error(`${client} has no ${method}`);
  const answer = target[method](...given.map(revive));
  if (answer?.[Symbol.asyncIterator]) {
    const pieces = [];
    for await (const piece of answer) pieces.push(piece);
    return pieces;
  }
  if (typeof answer?.subscribe === 'function') return await everything(answer);
  return await answer;
}

/** What an observable gives until it is complete. */
function everything(observable) {
  return new Promise((resolve, reject) => {
    const pieces = [];
    observable.subscribe({ next: piece => pieces.push(piece), error: reject, complete: () => resolve(pieces) });
  });
}

function described(error) {
  const { name, message, statusCode, cause, body } = error;
  return { name, message, statusCode, cause: cause && { name: cause.name, message: cause.message }, body };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const value = await call(JSON.parse(line));
    answer = value === undefined ? { none: true } : { value };
  } catch (error) {
    answer = { error: described(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
