"""The hotline's own words: values that every other package shares. Imports nothing of ours."""
