"""The program: commands, demo, schedule and the pages people browse."""
