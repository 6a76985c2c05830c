CREATE TABLE macrowatch_settings (
    key   text NOT NULL,
    value text NOT NULL,
    CONSTRAINT macrowatch_settings_pkey PRIMARY KEY (key)
);

COMMENT ON TABLE macrowatch_settings IS 'What macrowatch notes about this database, such as that it holds sample data.';
COMMENT ON COLUMN macrowatch_settings.key IS 'What is noted.';
COMMENT ON COLUMN macrowatch_settings.value IS 'The note.';
