"""Entities as documents: their YAML, envelope, refs and validation, and what is derived from them."""
