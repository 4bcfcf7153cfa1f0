"""Torture: what the archive promises under faults, proved by many small trials with a seed."""
