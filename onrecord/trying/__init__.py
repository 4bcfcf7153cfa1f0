"""Trying an address: from a page that lists statements to the source file that reads it."""
