"""Definitions of APIs as pages to read: OpenAPI, AsyncAPI, GraphQL and Protocol Buffers."""
