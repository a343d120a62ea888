// Follows `bookingEvents` through either transport, over any number of lost connections.
//
//   node follow.mjs ws|sse <http url> <key> <count> [after]
//
// Prints "following" each time a connection stands, and each event as a line of JSON. When the
// connection is lost it connects again, and goes on behind the last event that it has seen. Ends
// after `count` events. When the server says no, the last line is {"refused": …} and the exit
// status is 3: a close code of the socket, or the code of an error.
import { createClient as createEventStreams } from "graphql-sse";
import { createClient as createSockets } from "graphql-ws";
import WebSocket from "ws";

const [transport, url, key, count, after] = process.argv.slice(2);
const FINAL_CLOSE_CODES = [4400, 4401, 4403, 4406, 4408, 4409, 4429];

const query = `
  subscription Follow($after: String) {
    bookingEvents(after: $after) {
      cursor type sequence
      booking { id status room { name } bookedBy { ... on Member { name } ... on Guest { name } } }
    }
  }
`;

function open() {
  const authorization = `Bearer ${key}`;
  // Late enough that the server has begun to follow; what counts is asked for with `after`.
  const on = { connected: () => setTimeout(() => print("following"), 300).unref() };
  if (transport === "sse") {
    return createEventStreams({ url, headers: { authorization }, retryAttempts: 0, on });
  }
  return createSockets({
    url: url.replace(/^http/, "ws"),
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
    on,
  });
}

function print(value) {
  console.log(JSON.stringify(value));
}

function refuse(why) {
  print({ refused: why });
  process.exit(3);
}

let cursor = after ?? null;
let seen = 0;
while (seen < Number(count)) {
  const client = open();
  try {
    for await (const { data, errors } of client.iterate({ query, variables: { after: cursor } })) {
      if (errors) {
        refuse(errors[0].extensions.code);
      }
      cursor = data.bookingEvents.cursor;
      print(data.bookingEvents);
      seen += 1;
      if (seen === Number(count)) {
        break;
      }
    }
  } catch (lost) {
    if (FINAL_CLOSE_CODES.includes(lost.code)) {
      refuse(lost.code);
    }
    if (lost.response?.status === 401) {
      refuse((await lost.response.json()).errors[0].extensions.code);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  } finally {
    client.dispose();
  }
}
process.exit(0);
