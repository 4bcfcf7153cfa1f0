"""The demo's small web: three fictional offices, what they publish, and a second day of changes."""
