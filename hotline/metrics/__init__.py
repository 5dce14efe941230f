"""What each process counts, for Prometheus. No label ever holds a citizen's number, nor a call's id."""
