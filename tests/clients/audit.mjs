// Audits an endpoint with the official suite of GraphQL over HTTP: prints one line of JSON for each audit.
import { serverAudits } from 'graphql-http';

const [url, token] = process.argv.slice(2);
const signedIn = (address, init = {}) =>
  fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });

for (const audit of serverAudits({ url, fetchFn: signedIn })) {
  const { id, name, status, reason } = await audit.fn();
  console.log(JSON.stringify({ id, name, status, reason }));
}
