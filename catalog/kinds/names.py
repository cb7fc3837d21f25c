"""What kinds and the keys of documents are called in GraphQL."""

import re


def graphql_name(key: str) -> str:
    """A key as a GraphQL name: `some-key` and `some_key` give someKey, other characters `_`; "" for none."""
    words = re.sub(r"[-_. ]+([A-Za-z0-9])", lambda match: match[1].upper(), key.strip("-_. "))
    name = re.sub(r"\W", "_", words, flags=re.ASCII)
    if not name.strip("_"):
        return ""
    if len(name) > 1 and name[0].isupper() and not name[1].isupper():
        name = name[0].lower() + name[1:]
    name = re.sub(r"^_+", "_", name)  # two of them are GraphQL's own
    return f"_{name}" if name[0].isdigit() else name


def type_names(kind: str) -> tuple[str, str]:
    """What the type of a kind may be called, the first where no other type has that name."""
    return kind, f"{kind}Entity"
