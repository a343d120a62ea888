// Writes `generated.ts`: the types of every operation, and the operations themselves.
//
//   node generate.mjs <file with the schema>
import { codegen } from "@graphql-codegen/core";
import * as documentNodes from "@graphql-codegen/typed-document-node";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";
import { readFile, writeFile } from "node:fs/promises";

const read = async (file) => parse(await readFile(file, "utf-8"));
const documents = new URL("operations.graphql", import.meta.url);
const generated = await codegen({
  filename: "generated.ts",
  schema: await read(process.argv[2]),
  documents: [{ location: "operations.graphql", document: await read(documents) }],
  config: {
    // Strict: what the schema does not know is no `any`, and enums cost nothing at run time.
    defaultScalarType: "unknown",
    enumsAsTypes: true,
    scalars: { DateTime: "string" },
    useTypeImports: true,
  },
  plugins: [{ operations: {} }, { documentNodes: {} }],
  pluginMap: { operations, documentNodes },
});
await writeFile(new URL("generated.ts", import.meta.url), generated);
