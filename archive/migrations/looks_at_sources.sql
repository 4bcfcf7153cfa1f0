ALTER TABLE probes ADD COLUMN tls TEXT CHECK (tls IN ('verified', 'unverified'));
