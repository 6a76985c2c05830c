-- Who is logged in to the viewer. All servers of one database share this table. Logins that only read may not read it.
CREATE TABLE macrowatch_sessions (
    token_hash bytea       NOT NULL,
    username   text        NOT NULL,
    role       text        NOT NULL,
    method     text        NOT NULL,
    stamp      text        NOT NULL,
    address    text        NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    CONSTRAINT macrowatch_sessions_pkey PRIMARY KEY (token_hash)
);

COMMENT ON TABLE macrowatch_sessions IS 'Logins to the viewer that last. Only the hash of a session''s token is stored.';
COMMENT ON COLUMN macrowatch_sessions.token_hash IS 'SHA-256 of the token that the browser has.';
COMMENT ON COLUMN macrowatch_sessions.username IS 'Who is logged in.';
COMMENT ON COLUMN macrowatch_sessions.role IS 'What the person could do when they logged in: viewer or operator.';
COMMENT ON COLUMN macrowatch_sessions.method IS 'How the person logged in: password or oidc.';
COMMENT ON COLUMN macrowatch_sessions.stamp IS 'Changes with the person''s credentials; the session is then over.';
COMMENT ON COLUMN macrowatch_sessions.address IS 'From where the person logged in.';
COMMENT ON COLUMN macrowatch_sessions.created_at IS 'When the person logged in.';
COMMENT ON COLUMN macrowatch_sessions.seen_at IS 'When the session was last used, to the minute.';
COMMENT ON COLUMN macrowatch_sessions.ends_at IS 'When the session ends at the latest.';
