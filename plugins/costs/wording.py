"""How amounts are written: to the cent, and half a cent up, whoever reads them."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """To the cent; half a cent away from nought, as invoices are rounded."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def money(amount: Decimal, currency: str) -> str:
    """`1,234.50 EUR`, rounded to the cent."""
    return f"{cents(amount):,} {currency}"


def percent(share: Decimal, *, signed: bool = False) -> str:
    return f"{share * 100:+.0f} %" if signed else f"{share * 100:.0f} %"


def change(amount: Decimal, before: Decimal) -> str:
    """`+12 %`: how much more it is than what was before, which is not nothing."""
    return percent((amount - before) / before, signed=True)
