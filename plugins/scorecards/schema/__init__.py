"""The GraphQL of scorecards: of an entity, and of every scorecard as a whole."""
