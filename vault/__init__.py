"""Data at rest: the keys, what is sealed with them, and the keyed hash that the audit is chained with."""
