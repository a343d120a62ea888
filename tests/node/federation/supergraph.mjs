// Composes a running server with a second subgraph, and asks the supergraph through Apollo's gateway.
//
//   node supergraph.mjs <http url> <key> <id of a booking> <query>
//
// Prints three lines of JSON: what composition has to say ({errors, hints}), the subgraphs in the
// order in which they were asked, and the answer.
import { composeServices } from "@apollo/composition";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { buildSchema, graphql, parse } from "graphql";

const [url, key, bookingId, query] = process.argv.slice(2);
const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };

// Knows of cleaners, and nothing of bookings but their ids.
const CLEANING = `
  type Cleaning {
    note: String!
    room: Room!
    after: Booking!
    by: Member!
    billedTo: Company!
  }
  type Query { cleanings: [Cleaning!]! }
  type Booking @key(fields: "id") { id: ID! }
  type Member @key(fields: "id") { id: ID! }
  type Company @key(fields: "id") { id: ID! }
  type Room @key(fields: "id") { id: ID! isClean: Boolean! }
`;
const LINK = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
`;
// What a subgraph's server adds, by hand.
const SERVED = `
  directive @key(fields: String!) on OBJECT
  scalar _Any
  union _Entity = Booking | Member | Company | Room
  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
`;

function cleaning() {
  const known = (one) => ({ ...one, isClean: one.id !== "rm_studio" });
  const entity = (type, id) => known({ __typename: type, id });
  const root = {
    cleanings: [
      {
        note: "windows",
        room: entity("Room", "rm_atrium"),
        after: entity("Booking", bookingId),
        by: entity("Member", "mem_lina_p"),
        billedTo: entity("Company", "co_northwind"),
      },
    ],
    _entities: ({ representations }) => representations.map(known),
  };
  const schema = buildSchema(CLEANING + SERVED);
  return {
    async process({ request }) {
      asked.push("cleaning");
      return graphql({
        schema,
        source: request.query,
        rootValue: root,
        variableValues: request.variables,
      });
    },
  };
}

class Bookings extends RemoteGraphQLDataSource {
  willSendRequest({ request }) {
    asked.push("bookings");
    request.http.headers.set("authorization", headers.authorization);
  }
}

async function subgraph() {
  const body = JSON.stringify({ query: "{ _service { sdl } }" });
  const answer = await fetch(url, { method: "POST", headers, body });
  return (await answer.json()).data._service.sdl;
}

const asked = [];
const composed = composeServices([
  { name: "bookings", url, typeDefs: parse(await subgraph()) },
  { name: "cleaning", url: "local:", typeDefs: parse(LINK + CLEANING) },
]);
const said = (entries) => (entries ?? []).map(({ message }) => message);
console.log(JSON.stringify({ errors: said(composed.errors), hints: said(composed.hints) }));

const gateway = new ApolloGateway({
  supergraphSdl: composed.supergraphSdl,
  buildService: ({ name }) => (name === "bookings" ? new Bookings({ url }) : cleaning()),
});
const { schema, executor } = await gateway.load();
const answer = await executor({
  schema,
  document: parse(query),
  request: { query, variables: {} },
  operationName: null,
  queryHash: query,
  context: {},
  metrics: {},
  logger: console,
  overallCachePolicy: { restrict() {} },
});
console.log(JSON.stringify(asked));
console.log(JSON.stringify({ data: answer.data, errors: answer.errors ?? [] }));
await gateway.stop();
process.exit(0);
