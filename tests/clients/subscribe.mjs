// Follows a subscription with the standard client of GraphQL over SSE: prints what it is told, line by line.
import { createClient } from 'graphql-sse';

const [url, token, payload, wanted] = process.argv.slice(2);
const client = createClient({ url, headers: { authorization: `Bearer ${token}` }, retryAttempts: 0 });
const print = value => console.log(JSON.stringify(value));
let left = Number(wanted);

const stop = client.subscribe(JSON.parse(payload), {
  next: result => {
    print({ next: result });
    left -= 1;
    if (left === 0) stop();
  },
  error: error => print({ error: { message: error.message, status: error.response?.status } }),
  complete: () => print({ complete: true }),
});
print({ subscribed: true });
