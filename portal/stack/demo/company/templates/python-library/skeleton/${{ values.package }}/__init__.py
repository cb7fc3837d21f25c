"""The ${{ values.name }} library."""

__all__ = ["__version__", "greet"]

__version__ = "0.1.0"


def greet(name: str) -> str:
    """A first function, so that the first test has something to say. Raises ValueError without a name."""
    if not name.strip():
        raise ValueError("a greeting needs a name")
    return f"Hello, {name.strip()}!"
