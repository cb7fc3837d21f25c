"""Webhooks: the feed of changes, sent to an address, signed, from where it left off."""
