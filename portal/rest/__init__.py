"""REST: error shape, pagination, authentication."""
