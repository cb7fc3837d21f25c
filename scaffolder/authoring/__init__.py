"""What the authors of templates work with: linting, drafts, dry runs, tests, folders of their own."""
