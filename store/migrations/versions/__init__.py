"""One file a revision; applied in the order that the files themselves name."""
