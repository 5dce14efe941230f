"""Exit codes of the command line and of the processes it starts."""

from enum import IntEnum


class Exit(IntEnum):
    """What a command's exit code says: done; not done; wrong usage or configuration.

    `hotline doctor` and `hotline faults` say with the same numbers: all is well; warnings; something is wrong.
    """

    DONE = 0
    FAILED = 1
    USAGE = 2
