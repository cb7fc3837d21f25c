"""Signing in with an identity provider: by OpenID Connect, or with GitHub; and signing out there."""
