// One measurement: node load.mjs '{"url", "method", "headers", "body", "connections", "seconds"}'
// Prints {"rate": requests a second, "p50": ms, "p99": ms, "failed": count}.

import autocannon from "autocannon";

const { url, method, headers, body, connections, seconds } = JSON.parse(process.argv[2]);
const result = await autocannon({
  url, method, headers, body, connections, duration: seconds, timeout: 30,
});
console.log(
  JSON.stringify({
    rate: result["2xx"] / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors + result.timeouts,
  }),
);
