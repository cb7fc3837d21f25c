"""Building a site with MkDocs in a limited process of its own."""
