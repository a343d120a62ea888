// Follows `bookingEvents` with the `graphql-ws` client, as a browser or a Node.js program would.
//
//   node subscription.mjs <ws url> <key> <count> [after]
//
// Prints `following` once the server has acknowledged the connection and the subscription is
// sent, then each event as a line of JSON, and ends after `count` of them. When the server closes
// the socket first, the last line is {"closed": {"code", "reason"}} and the exit status is 3.
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, key, count, after] = process.argv.slice(2);

const query = `
  subscription Follow($after: String) {
    bookingEvents(after: $after) {
      id cursor type sequence occurredAt previous
      booking { id status room { name } bookedBy { ... on Member { name } ... on Guest { name } } }
    }
  }
`;

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { Authorization: `Bearer ${key}` },
  retryAttempts: 0,
});
client.on("connected", () => setTimeout(() => console.log(JSON.stringify("following")), 300));

let seen = 0;
try {
  for await (const result of client.iterate({ query, variables: { after: after ?? null } })) {
    if (result.errors) {
      throw new Error(JSON.stringify(result.errors));
    }
    console.log(JSON.stringify(result.data.bookingEvents));
    seen += 1;
    if (seen === Number(count)) {
      break;
    }
  }
} catch (problem) {
  if (typeof problem.code !== "number") {
    throw problem;
  }
  console.log(JSON.stringify({ closed: { code: problem.code, reason: problem.reason } }));
  process.exitCode = 3;
}
await client.dispose();
