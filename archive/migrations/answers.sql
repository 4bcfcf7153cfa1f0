ALTER TABLE captures ADD COLUMN answer TEXT CHECK (answer IN ('ok', 'gone', 'soft_404', 'blocked',
    'login_wall', 'partial', 'layout_changed', 'redirected_home', 'error'));
ALTER TABLE captures ADD COLUMN answer_reason TEXT;
ALTER TABLE captures ADD COLUMN tls TEXT CHECK (tls IN ('verified', 'unverified'));
CREATE INDEX captures_answer ON captures (answer) WHERE answer <> 'ok';
