"""One call's story across processes: gathered from journal, legs, database, logs and faults, and drawn in time."""
