"""How good things are: checks over facts, tracks with levels, what falls short and how to mend it."""
