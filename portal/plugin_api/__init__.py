"""The only package that plugins import: re-exports, no logic."""
