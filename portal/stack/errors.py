"""What goes wrong while starting, said in one sentence that ends with what to do."""


class StackError(Exception):
    """The stack cannot go on; the message says what, where and what to do next."""
