"""Recording to transcript: channels, engines, the child process that listens."""
