-- On alert_silences:
-- Silences are made and ended from the viewer too, so the table keeps who did both.
ALTER TABLE alert_silences ADD COLUMN ended_by text;
COMMENT ON COLUMN alert_silences.subject IS 'The subject whose alerts are silent; a * in it stands for any text. Empty for every subject.';
COMMENT ON COLUMN alert_silences.ended_by IS 'Who ended it early; null if nobody did.';
