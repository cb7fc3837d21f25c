"""Statements that panels ask again and again, for plugins: the ORM writes them once, not at every call."""

from portal.database.prepared import Parameter, Prepared

__all__ = ["Parameter", "Prepared"]
