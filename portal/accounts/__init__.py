"""Accounts, API tokens and namespace grants: who is asking, and what they were granted."""
