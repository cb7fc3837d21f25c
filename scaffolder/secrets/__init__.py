"""Secrets of tasks: kept encrypted, and kept out of everything that a task says."""
