{{/* The first note is about all figures: whether they were computed from other inputs than are stored now. */ -}}
WITH RECURSIVE {{template "inputsNow" .}}
SELECT kind AS "About", note AS "Note"
FROM (
  SELECT 0 AS note_no, 'inputs' AS kind,
    'Computed on other inputs: the book, its NAVs, its instruments or their prices have changed since. The command macrowatch risk computes it again, with the flags backfill and stale.' AS note
  FROM inputs
  WHERE are_other
  UNION ALL
  SELECT note_no, kind, note
  FROM risk_notes
  WHERE computed_at = ({{template "riskAt"}})
) notes
ORDER BY note_no
