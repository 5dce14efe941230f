"""The subcommands of `hotline`, one module a topic."""
