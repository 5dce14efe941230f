"""What every test shares."""

from hypothesis import settings
from real_asterisk import asterisk, make_asterisk, short_prompts

__all__ = ["asterisk", "make_asterisk", "short_prompts"]

# A time limit for one example says how busy the machine is, not whether the code is right; pytest-timeout has its own.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
