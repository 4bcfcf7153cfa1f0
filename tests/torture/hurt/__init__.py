"""Hurting: runs of the program that are killed, or whose disk fails, at a point that is chosen."""
