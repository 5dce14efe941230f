"""What Asterisk runs for a call: a few lines a script; parse, delegate."""
