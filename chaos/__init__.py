"""The ladder of failures, tried for real: `make chaos` breaks a running hotline under load, and counts."""
