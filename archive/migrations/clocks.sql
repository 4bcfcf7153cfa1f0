ALTER TABLE captures ADD COLUMN clock_ahead_seconds INTEGER;
