"""`portal plugin new` and `portal plugin check`: a plugin that works to begin with, and what to mend."""
