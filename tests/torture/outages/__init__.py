"""Outages of ministries' sites, simulated day by day, and whether they are taken for deletions."""
