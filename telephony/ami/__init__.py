"""AMI: what Asterisk tells of seats and queues, over asterisk-ami behind a guard of our own."""
