"""What is raised where documentation cannot be read or built."""


class DocsError(Exception):
    """The documentation cannot be shown; the message is a sentence for its author."""
