"""Passages: the index in which the words of quotations are found in every text of an archive."""
