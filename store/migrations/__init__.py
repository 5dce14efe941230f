"""Alembic's scripts, inside the package so that `hotline db upgrade` works wherever the package is installed."""
