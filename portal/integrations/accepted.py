"""What adapters ask before they call: whether an administrator accepted it of the plugin at work."""

from portal.extension.acceptance import permit
from portal.extension.claims import ClaimRefused
from portal.integrations.errors import NotAccepted


def require_accepted(claim: str, value: str) -> None:
    """Raises NotAccepted where a plugin is at work that may not; the portal's own code may."""
    try:
        permit(claim, value)
    except ClaimRefused as refused:
        raise NotAccepted(str(refused)) from None
