-- What one person said, the latest first, however the publisher writes the name.
CREATE INDEX statements_person ON statements (speaker_id, published_at)
WHERE speaker_id IS NOT NULL;
