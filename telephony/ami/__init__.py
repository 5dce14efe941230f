"""The AMI: what Asterisk tells of seats, queues and calls."""
