"""What administrators decide about plugins: settings that they write in the page."""
