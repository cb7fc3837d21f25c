"""API tokens as text: `ptl_<prefix>_<secret>`, made, taken apart and hashed in one place."""

import hashlib
import re
import secrets
import string
from dataclasses import dataclass

PREFIX_LENGTH = 8
SECRET_LENGTH = 40
"""Characters of a 62-letter alphabet: 238 bits, so a plain hash is enough: there is nothing to guess."""

FORM = re.compile(rf"ptl_([a-z0-9]{{{PREFIX_LENGTH}}})_([A-Za-z0-9]{{{SECRET_LENGTH}}})")


@dataclass(frozen=True)
class TokenText:
    """A token in the clear; it is shown once and never stored."""

    prefix: str
    secret: str

    @classmethod
    def generate(cls) -> "TokenText":
        lower = string.ascii_lowercase + string.digits
        every = string.ascii_letters + string.digits
        return cls(_random(lower, PREFIX_LENGTH), _random(every, SECRET_LENGTH))

    @classmethod
    def parse(cls, text: str) -> "TokenText | None":
        match = FORM.fullmatch(text.strip())
        return cls(*match.groups()) if match else None

    @property
    def secret_hash(self) -> str:
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def reveal(self) -> str:
        return f"ptl_{self.prefix}_{self.secret}"

    def __repr__(self) -> str:
        return f"<token {self.prefix}>"


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
