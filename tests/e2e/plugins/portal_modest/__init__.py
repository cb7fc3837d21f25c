"""A plugin with one of everything that an administrator decides about."""
