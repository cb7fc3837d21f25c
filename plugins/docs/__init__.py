"""Documentation that lives beside the code: an entity's Markdown pages, in a tab and in the search."""
