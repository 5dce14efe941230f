"""Settings, the command line, and putting it all together."""
