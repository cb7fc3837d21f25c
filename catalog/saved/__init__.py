"""Views of the catalog's list that are kept by a name."""
