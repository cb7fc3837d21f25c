"""A plugin that never comes back."""
