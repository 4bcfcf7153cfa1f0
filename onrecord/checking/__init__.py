"""Checking: whether the quotations of an article are what was really said."""
