SELECT kind AS "About", note AS "Note"
FROM risk_notes
WHERE computed_at = ({{template "riskAt"}})
ORDER BY note_no
