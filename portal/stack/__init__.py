"""The embedded stack of `portal up`."""
