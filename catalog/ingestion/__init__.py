"""From a source to the catalog: files are read, a plan is made of them and written at once."""
