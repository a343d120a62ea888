"""The GraphQL façade: GraphQL's words on one side, the core's on the other, no rule of its own."""
