"""The embedded stack of `portal up`: database, broker, page and processes on a machine with Python alone."""
