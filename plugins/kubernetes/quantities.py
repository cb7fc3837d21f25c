"""Kubernetes' quantities as numbers, and numbers as people read them."""

import re
from decimal import Decimal

QUANTITY = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,12})?)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|n|u)?")
FACTORS = {
    "": Decimal(1), "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"),
    "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9), "T": Decimal(10**12), "P": Decimal(10**15),
    "E": Decimal(10**18), "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30),
    "Ti": Decimal(2**40), "Pi": Decimal(2**50), "Ei": Decimal(2**60),
}  # fmt: skip


def quantity(value: str) -> float:
    """`250m` is 0.25, `1Gi` is 1073741824; 0 for what is no quantity."""
    match = QUANTITY.fullmatch(value)
    return float(Decimal(match[1]) * FACTORS[match[2] or ""]) if match else 0.0


def gibibytes(amount: float) -> float:
    return round(amount / 2**30, 1)
