// Stands in for Express, as far as the published sample uses it: routes that get the raw body.
import { createServer } from "node:http";

const express = () => {
  const routes = new Map();
  const server = createServer((message, response) => {
    const chunks = [];
    message.on("data", (chunk) => chunks.push(chunk));
    message.on("end", () => {
      const req = {
        header: (name) => message.headers[name.toLowerCase()],
        body: Buffer.concat(chunks),
      };
      const res = {
        status: (code) => Object.assign(res, { code }),
        send: (text) => response.writeHead(res.code).end(text),
      };
      try {
        routes.get(`${message.method} ${message.url}`)(req, res);
      } catch (error) {
        response.writeHead(500).end(String(error));
      }
    });
  });
  return {
    post: (path, _raw, handler) => routes.set(`POST ${path}`, handler),
    listen: (then) => server.listen(0, "127.0.0.1", () => then(server.address().port)),
  };
};
express.raw = () => null;

export default express;
