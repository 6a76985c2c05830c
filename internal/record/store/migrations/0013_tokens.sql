-- Tokens with which other programs write into the record over HTTP. Only a digest of each token is stored. A login
-- that only reads gets no right on these two tables.
CREATE TABLE macrowatch_tokens (
    token_id     text        NOT NULL,
    name         text        NOT NULL,
    digest       bytea       NOT NULL,
    kinds        text[],
    steps        text[],
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    CONSTRAINT macrowatch_tokens_pkey PRIMARY KEY (token_id),
    CONSTRAINT macrowatch_tokens_name_not_empty CHECK (name <> ''),
    CONSTRAINT macrowatch_tokens_digest_is_sha256 CHECK (octet_length(digest) = 32),
    CONSTRAINT macrowatch_tokens_kinds_not_empty CHECK (cardinality(kinds) > 0),
    CONSTRAINT macrowatch_tokens_steps_not_empty CHECK (cardinality(steps) > 0)
);
-- Two tokens that are valid at once have two names.
CREATE UNIQUE INDEX macrowatch_tokens_name_idx ON macrowatch_tokens (name) WHERE revoked_at IS NULL;

COMMENT ON TABLE macrowatch_tokens IS 'Tokens with which other programs write over HTTP (macrowatch token).';
COMMENT ON COLUMN macrowatch_tokens.token_id IS 'The first 12 hexadecimal digits of the digest; macrowatch token list shows them.';
COMMENT ON COLUMN macrowatch_tokens.name IS 'What the token is for.';
COMMENT ON COLUMN macrowatch_tokens.digest IS 'SHA-256 of the token. The token itself is stored nowhere.';
COMMENT ON COLUMN macrowatch_tokens.kinds IS 'The kinds of rows that the token may write; null for all.';
COMMENT ON COLUMN macrowatch_tokens.steps IS 'The steps whose runs the token may write; null for all.';
COMMENT ON COLUMN macrowatch_tokens.created_at IS 'When the token was made.';
COMMENT ON COLUMN macrowatch_tokens.expires_at IS 'When the token ends to be valid; null if it does not.';
COMMENT ON COLUMN macrowatch_tokens.revoked_at IS 'When the token was revoked; null if it was not.';
COMMENT ON COLUMN macrowatch_tokens.last_used_at IS 'When the token was last used, to the minute; null if it never was.';

-- Answers to requests that had an Idempotency-Key. Each is written together with the rows of its request, so that the
-- same request again gets the first answer and writes nothing.
CREATE TABLE macrowatch_requests (
    token_id       text        NOT NULL,
    request_key    text        NOT NULL,
    request_digest bytea       NOT NULL,
    status         integer     NOT NULL,
    answer         text        NOT NULL,
    answered_at    timestamptz NOT NULL,
    CONSTRAINT macrowatch_requests_pkey PRIMARY KEY (token_id, request_key)
);
-- The answers that have become too old.
CREATE INDEX macrowatch_requests_answered_idx ON macrowatch_requests (answered_at);

COMMENT ON TABLE macrowatch_requests IS 'Answers to requests that had an Idempotency-Key. They are kept for a day.';
COMMENT ON COLUMN macrowatch_requests.token_id IS 'The token of the request.';
COMMENT ON COLUMN macrowatch_requests.request_key IS 'The Idempotency-Key of the request.';
COMMENT ON COLUMN macrowatch_requests.request_digest IS 'SHA-256 of what was asked: the call, its parameters and its body.';
COMMENT ON COLUMN macrowatch_requests.status IS 'The HTTP status of the answer.';
COMMENT ON COLUMN macrowatch_requests.answer IS 'The answer, as JSON.';
COMMENT ON COLUMN macrowatch_requests.answered_at IS 'When the request was answered.';
