{{/* The ends of the range are not cast, since another tool's table may have dates. */ -}}
SELECT * FROM stress_test_results
WHERE run_date >= $__timeFrom() AND run_date <= $__timeTo() OR run_date = ({{template "stressAt"}})
  OR run_date IS NULL OR run_date < '1000-01-01' OR run_date > '9999-12-31'
