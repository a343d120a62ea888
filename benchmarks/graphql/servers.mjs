// The servers that ours is measured beside, over the very rows that ours reads.
//
// Usage: node servers.mjs mercurius-sqlite|fastify-sqlite|mercurius-postgres|postgraphile DATABASE
//
// Each is set up as its own documentation advises for speed: compiled queries, prepared
// statements, batching loaders, one process, no logging. None checks a key or counts requests.

import { createServer } from "node:http";

const [kind, database] = process.argv.slice(2);
const WORKSPACE = "ws_bench";

const SCHEMA = `
  type Room { id: ID! name: String! capacity: Int! }
  type Member { id: ID! name: String! email: String! }
  type Booking {
    id: ID! status: String! startAt: String! endAt: String! room: Room! member: Member
  }
  type Connection { nodes: [Booking!]! }
  type Query { bookings(first: Int!, from: String!, to: String!): Connection! }
`;

const seconds = (text) => Math.floor(Date.parse(text) / 1000);
const instant = (number) => new Date(number * 1000).toISOString().replace(".000Z", "Z");

const PAGE = `
  SELECT id, status, start_at, end_at, room_id, member_id FROM bookings
  WHERE workspace_id = $1 AND start_at >= $2 AND start_at < $3
  ORDER BY start_at, id LIMIT $4`;

const JOINED = `
  SELECT b.id, b.status, b.start_at, b.end_at, r.id AS room_id, r.name AS room_name, r.capacity,
         m.id AS member_id, m.name AS member_name, m.email
  FROM bookings b
  JOIN rooms r ON r.workspace_id = b.workspace_id AND r.id = b.room_id
  LEFT JOIN members m ON m.workspace_id = b.workspace_id AND m.id = b.member_id
  WHERE b.workspace_id = ? AND b.start_at >= ? AND b.start_at < ?
  ORDER BY b.start_at, b.id LIMIT ?`;

async function openSqlite() {
  const { default: Database } = await import("better-sqlite3");
  return new Database(database, { readonly: true });
}

async function openPostgres() {
  const { default: pg } = await import("pg");
  // Seconds are BIGINT, which the driver gives as text unless told otherwise.
  pg.types.setTypeParser(20, Number);
  return new pg.Pool({ connectionString: database, max: 16 });
}

async function listen(app) {
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  console.log(address);
}

async function mercurius(page, byIds) {
  const { default: Fastify } = await import("fastify");
  const { default: mercuriusPlugin } = await import("mercurius");
  const app = Fastify();
  const loaded = (table) => async (queries) => {
    const key = `${table}_id`;
    const found = await byIds(`${table}s`, [...new Set(queries.map(({ obj }) => obj[key]))]);
    return queries.map(({ obj }) => found.get(obj[key]) ?? null);
  };
  await app.register(mercuriusPlugin, {
    schema: SCHEMA,
    jit: 1,
    resolvers: {
      Query: {
        bookings: async (_, { first, from, to }) => ({
          nodes: await page(seconds(from), seconds(to), first),
        }),
      },
      Booking: {
        startAt: (booking) => instant(booking.start_at),
        endAt: (booking) => instant(booking.end_at),
      },
    },
    loaders: { Booking: { room: loaded("room"), member: loaded("member") } },
  });
  await listen(app);
}

const starters = {
  async "mercurius-sqlite"() {
    const db = await openSqlite();
    const rows = db.prepare(PAGE.replace(/\$\d/g, "?"));
    const many = (table) =>
      db.prepare(
        `SELECT * FROM ${table} WHERE workspace_id = ? AND id IN (SELECT value FROM json_each(?))`,
      );
    const statements = { rooms: many("rooms"), members: many("members") };
    await mercurius(
      (from, to, first) => rows.all(WORKSPACE, from, to, first),
      (table, ids) =>
        new Map(statements[table].all(WORKSPACE, JSON.stringify(ids)).map((row) => [row.id, row])),
    );
  },

  async "mercurius-postgres"() {
    const pool = await openPostgres();
    await mercurius(
      async (from, to, first) =>
        (await pool.query({ name: "page", text: PAGE, values: [WORKSPACE, from, to, first] })).rows,
      async (table, ids) => {
        const text = `SELECT * FROM ${table} WHERE workspace_id = $1 AND id = ANY($2)`;
        const { rows } = await pool.query({ name: table, text, values: [WORKSPACE, ids] });
        return new Map(rows.map((row) => [row.id, row]));
      },
    );
  },

  async "fastify-sqlite"() {
    const db = await openSqlite();
    const rows = db.prepare(JOINED);
    const { default: Fastify } = await import("fastify");
    const app = Fastify();
    const text = { type: "string" };
    const person = { type: "object", properties: { id: text, name: text, email: text } };
    const place = {
      type: "object",
      properties: { id: text, name: text, capacity: { type: "integer" } },
    };
    const booking = {
      type: "object",
      properties: {
        id: text, status: text, startAt: text, endAt: text, room: place,
        member: { ...person, nullable: true },
      },
    };
    const answer = {
      type: "object",
      properties: { data: { type: "array", items: booking } },
    };
    app.get("/bookings", { schema: { response: { 200: answer } } }, (request) => {
      const { from, to, limit } = request.query;
      const found = rows.all(WORKSPACE, seconds(from), seconds(to), Number(limit));
      return {
        data: found.map((row) => ({
          id: row.id,
          status: row.status,
          startAt: instant(row.start_at),
          endAt: instant(row.end_at),
          room: { id: row.room_id, name: row.room_name, capacity: row.capacity },
          member: row.member_id && { id: row.member_id, name: row.member_name, email: row.email },
        })),
      };
    });
    await listen(app);
  },

  async postgraphile() {
    const { postgraphile } = await import("postgraphile");
    const { PostGraphileAmberPreset } = await import("postgraphile/presets/amber");
    const { makePgService } = await import("postgraphile/adaptors/pg");
    const { grafserv } = await import("postgraphile/grafserv/node");
    const instance = postgraphile({
      extends: [PostGraphileAmberPreset],
      pgServices: [makePgService({ connectionString: database, schemas: ["public"] })],
      grafserv: { graphiql: false, watch: false },
      grafast: { explain: false },
    });
    const server = createServer();
    await instance.createServ(grafserv).addTo(server);
    server.listen(0, "127.0.0.1", () =>
      console.log(`http://127.0.0.1:${server.address().port}`),
    );
  },
};

await starters[kind]();
