"""One module a field of the draft: what it is told by its rules file, what it hears, how sure it is."""
