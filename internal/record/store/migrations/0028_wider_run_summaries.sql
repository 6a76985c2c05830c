-- Summaries of runs of two and three weeks, for the charts of five and ten years. They are made from those of a week. Where a week is
-- marked, the wider stretch around it is marked by that too.
INSERT INTO run_summary_widths SELECT 3600 * hours, origin FROM run_summary_widths, unnest('{336,504}'::int[]) hours WHERE width_seconds = 604800;

INSERT INTO run_summaries
SELECT wide.width_seconds, date_bin(make_interval(secs => wide.width_seconds), week.begins_at, wide.origin), week.step_name, week.status,
    sum(week.runs), min(week.first_started), max(week.last_known), max(week.longest)
FROM run_summary_widths wide
JOIN run_summaries week ON week.width_seconds = 604800
WHERE wide.width_seconds > 604800
GROUP BY 1, 2, 3, 4;
