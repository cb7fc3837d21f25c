"""News from outside: who takes a signed delivery tells of the address it is about to who waits for it.

Addresses are those of pages (`https://github.com/acme/web/actions/runs/17`), in lower case for listeners.
"""

from collections.abc import Callable, Iterable

_listeners: list[Callable[[frozenset[str]], object]] = []


def on_news(listener: Callable[[frozenset[str]], object]) -> None:
    """Call `listener` with the addresses that something has happened to; it may be in a request."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_news(addresses: Iterable[str]) -> None:
    """Something has happened there: who waits for it looks up what. In the caller's transaction."""
    told = frozenset(address.lower() for address in addresses if address)
    if told:
        for listener in _listeners:
            listener(told)
