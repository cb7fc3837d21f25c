"""What administrators decide about plugins: the settings they write; and what is delivered to plugins."""
