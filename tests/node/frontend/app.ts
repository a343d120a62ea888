// A front end without a screen: lists rooms, follows one, books it and cancels.
//
//   node built/app.js <http url> <key> <room> <member> <start> <end>
//
// Prints each thing that it would show as a line of JSON. Once it has asked to follow the room, it
// waits for a line of standard input before it books.
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import type { AnyVariables, TypedDocumentNode } from "@urql/core";
import { createClient } from "graphql-ws";
import { once } from "node:events";

import {
  BookDocument,
  BookingsDocument,
  CancelDocument,
  FollowDocument,
  RoomsDocument,
} from "./generated.js";
import type { CreateBookingInput, FollowSubscription, RoomsQuery } from "./generated.js";

type Room = NonNullable<RoomsQuery["rooms"]>["nodes"][number];
type Happening = FollowSubscription["bookingEvents"];

const [url = "", key = "", roomId = "", memberId = "", startAt = "", endAt = ""] =
  process.argv.slice(2);
const authorization = `Bearer ${key}`;
const socket = createClient({
  url: url.replace(/^http/, "ws"),
  connectionParams: { authorization },
});
const client = new Client({
  url,
  preferGetMethod: false,
  fetchOptions: { headers: { authorization } },
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query = "", variables }) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe({ query, variables: variables ?? {} }, sink),
        }),
      }),
    }),
  ],
});

function show(what: string, value: unknown): void {
  console.log(JSON.stringify({ [what]: value }));
}

async function ask<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, error } = await client.query(document, variables).toPromise();
  if (error || !data) {
    throw error ?? new Error("no data");
  }
  return data;
}

async function everyRoom(): Promise<Room[]> {
  const found: Room[] = [];
  let after: string | null = null;
  for (;;) {
    const { rooms }: RoomsQuery = await ask(RoomsDocument, { first: 1, after });
    if (!rooms) {
      throw new Error("rooms are hidden from this key");
    }
    found.push(...rooms.nodes);
    if (!rooms.pageInfo.hasNextPage) {
      show("rooms", { count: rooms.totalCount, names: found.map(({ name }) => name).sort() });
      return found;
    }
    after = rooms.pageInfo.endCursor;
  }
}

// What happens to the room, as often as `enough` has not been seen.
function follow(enough: Happening["type"]): Promise<void> {
  return new Promise((resolve, reject) => {
    const { unsubscribe } = client.subscription(FollowDocument, { roomId }).subscribe((result) => {
      if (result.error) {
        reject(result.error);
      } else if (result.data) {
        const { type, booking } = result.data.bookingEvents;
        show("event", { type, status: booking.status });
        if (type === enough) {
          unsubscribe();
          resolve();
        }
      }
    });
  });
}

async function book(input: CreateBookingInput): Promise<string | null> {
  const { data, error } = await client.mutation(BookDocument, { input }).toPromise();
  if (!data) {
    throw error ?? new Error("no data");
  }
  const result = data.createBooking;
  // The union is narrowed by its typename: neither branch has the fields of the other.
  if (result.__typename === "Refusal") {
    show("refused", { code: result.code, others: result.alternatives.length > 0 });
    return null;
  }
  const { id, status, room, bookedBy, price } = result.booking;
  show("booked", { status, room: room.name, by: bookedBy?.name, minor: price.amountMinor });
  return id;
}

async function cancel(id: string): Promise<void> {
  const { data, error } = await client.mutation(CancelDocument, { input: { id } }).toPromise();
  if (data?.cancelBooking.__typename !== "CancelBookingPayload") {
    throw error ?? new Error("not cancelled");
  }
  show("cancelled", { status: data.cancelBooking.booking.status });
}

await everyRoom();
const cancelled = follow("BOOKING_CANCELLED");
await once(process.stdin, "data");
const wish: CreateBookingInput = { roomId, startAt, endAt, bookedBy: { memberId } };
const id = await book(wish);
await book(wish);
if (id) {
  await cancel(id);
}
await cancelled;
const { bookings } = await ask(BookingsDocument, { from: startAt, roomId });
show("bookings", bookings?.nodes.map(({ status, startAt: at }) => ({ status, at })));
await socket.dispose();
process.exit(0);
