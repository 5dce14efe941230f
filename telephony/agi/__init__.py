"""FastAGI on Twisted: Asterisk asks what to do with a call, and a coroutine of ours answers."""
