// Starts Scalar over the OpenAPI document beside it. Everything that would ask another server for
// something is switched off; the page's policy would refuse it anyway.
(() => {
  const here = (name) => new URL(name, document.baseURI).href;
  // The plain page's own look would mix with Scalar's.
  document.querySelector("head > style").remove();
  document.querySelector("body > header").remove();
  document.body.style.margin = "0";
  const root = document.getElementById("reference");
  root.replaceChildren();
  Scalar.createApiReference(root, {
    url: here("openapi.json"),
    baseServerURL: here(".").replace(/\/$/, ""),
    proxyUrl: "",
    telemetry: false,
    withDefaultFonts: false,
    hideClientButton: true,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
    documentDownloadType: "direct",
    authentication: { preferredSecurityScheme: "bearer" },
  });
})();
