"""The demo's small web: three fictional offices, what they publish, and what becomes of it."""
