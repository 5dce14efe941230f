"""The decision: who takes a call, and what happens if they do not. Pure: no I/O, no clock of its own."""
