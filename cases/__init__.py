"""The draft case, and later the case record and its closed loop."""
