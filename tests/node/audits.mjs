// Runs every audit of `graphql-http` against a server, as GraphQL-over-HTTP wants it.
//
//   node audits.mjs <http url> <key>
//
// Prints a line of JSON for each audit: {id, name, status, reason}; status is "ok", "notice",
// "warn" or "error". Each request carries the key, since without one nothing is answered.
import { auditServer } from "graphql-http";

const [url, key] = process.argv.slice(2);

const results = await auditServer({
  url,
  fetchFn: (address, init = {}) =>
    fetch(address, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } }),
});
for (const { id, name, status, reason } of results) {
  console.log(JSON.stringify({ id, name, status, reason: reason ?? null }));
}
