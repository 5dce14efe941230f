"""The wire: AGI, AMI, Asterisk's set-up, recordings. Only this package knows their text forms."""
