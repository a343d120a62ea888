// Starts GraphiQL against the GraphQL endpoint beside it. Subscriptions come as server-sent events.
(() => {
  const root = document.getElementById("graphiql");
  const endpoint = new URL("graphql", document.baseURI).href;

  function isSubscription(documentAST, operationName) {
    return (documentAST?.definitions ?? []).some(
      (definition) =>
        definition.operation === "subscription" &&
        (!operationName || definition.name?.value === operationName),
    );
  }

  function post(request, headers, accept) {
    return fetch(endpoint, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers, Accept: accept },
      body: JSON.stringify(request),
    });
  }

  async function* results(request, headers) {
    const answer = await post(request, headers, "text/event-stream");
    if (!answer.headers.get("content-type").startsWith("text/event-stream")) {
      yield await answer.json();
      return;
    }
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        const blocks = (text + read.value).split("\n\n");
        text = blocks.pop();
        for (const block of blocks) {
          const data = block.match(/^event: next\ndata: (.*)$/);
          if (data) yield JSON.parse(data[1]);
        }
      }
    } finally {
      await reader.cancel();
    }
  }

  async function fetcher(request, { headers, documentAST } = {}) {
    if (isSubscription(documentAST, request.operationName)) return results(request, headers);
    const answer = await post(
      request,
      headers,
      "application/graphql-response+json, application/json;q=0.9",
    );
    return answer.json();
  }

  ReactDOM.createRoot(root).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultHeaders: root.dataset.headers,
      defaultQuery: root.dataset.query,
      inputValueDeprecation: true,
    }),
  );
})();
