"""Backup and restore: everything a hotline keeps, in one folder that says of itself whether it is whole."""
