-- How many statements are of each kind, language and state of tone, without a look at their texts.
CREATE INDEX statements_kind ON statements (kind);

CREATE INDEX statements_language ON statements (language);

CREATE INDEX statements_tone_status ON statements (tone_status);
