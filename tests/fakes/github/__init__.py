"""GitHub's REST and GraphQL API over a simulated field."""
