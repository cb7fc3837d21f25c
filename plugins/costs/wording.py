"""How amounts are written."""

from decimal import ROUND_HALF_UP, Decimal


def money(amount: Decimal, currency: str) -> str:
    """`1,234.50 EUR`, rounded to the cent."""
    return f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):,} {currency}"


def percent(share: Decimal, *, signed: bool = False) -> str:
    return f"{share * 100:+.0f} %" if signed else f"{share * 100:.0f} %"
