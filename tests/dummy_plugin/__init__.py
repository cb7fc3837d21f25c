"""A plugin for tests: something good and something bad for every extension point."""
