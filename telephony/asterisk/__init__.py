"""Asterisk itself: found, configured from config/, started, stopped."""
