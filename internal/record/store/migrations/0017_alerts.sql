-- What macrowatch has found out of order at the desk, and whom it has told. serve and demo write these tables.
CREATE TABLE alerts (
    alert_id     uuid        NOT NULL,
    rule         text        NOT NULL,
    subject      text        NOT NULL,
    severity     text        NOT NULL,
    group_name   text        NOT NULL,
    owner        text        NOT NULL,
    state        text        NOT NULL,
    since        timestamptz NOT NULL,
    fired_at     timestamptz,
    clear_since  timestamptz,
    resolved_at  timestamptz,
    told_at      timestamptz,
    evaluated_at timestamptz NOT NULL,
    value        float8,
    limit_value  float8,
    summary      text        NOT NULL,
    meaning      text        NOT NULL,
    path         text        NOT NULL,
    runbook      text        NOT NULL,
    CONSTRAINT alerts_pkey PRIMARY KEY (alert_id),
    CONSTRAINT alerts_rule_not_empty CHECK (rule <> ''),
    CONSTRAINT alerts_severity_known CHECK (severity IN ('warning', 'critical')),
    CONSTRAINT alerts_state_known CHECK (state IN ('pending', 'firing', 'resolved')),
    CONSTRAINT alerts_fired_unless_pending CHECK ((fired_at IS NULL) = (state = 'pending')),
    CONSTRAINT alerts_resolved_has_time CHECK ((resolved_at IS NULL) = (state <> 'resolved')),
    CONSTRAINT alerts_times_finite CHECK (isfinite(since) AND isfinite(fired_at) AND isfinite(clear_since) AND isfinite(resolved_at)
        AND isfinite(told_at) AND isfinite(evaluated_at)),
    CONSTRAINT alerts_value_finite CHECK (value > '-Infinity' AND value < 'Infinity'),
    CONSTRAINT alerts_limit_value_finite CHECK (limit_value > '-Infinity' AND limit_value < 'Infinity')
);
-- Of each rule and subject one alert is open at a time.
CREATE UNIQUE INDEX alerts_open_idx ON alerts (rule, subject) WHERE state <> 'resolved';
-- The history, newest first.
CREATE INDEX alerts_since_idx ON alerts (since);

COMMENT ON TABLE alerts IS 'One row per alert: something that was out of order at the desk for a time.';
COMMENT ON COLUMN alerts.alert_id IS 'The alert.';
COMMENT ON COLUMN alerts.rule IS 'The rule that the alert is of, such as step_failed or limit_breach.';
COMMENT ON COLUMN alerts.subject IS 'What the alert is about: a step, a limit, a day. Of each rule and subject at most one alert is open.';
COMMENT ON COLUMN alerts.severity IS 'warning or critical.';
COMMENT ON COLUMN alerts.group_name IS 'The group of the step that the alert is about, or book, signals, risk or macrowatch.';
COMMENT ON COLUMN alerts.owner IS 'Whose matter it is; empty if nobody is named.';
COMMENT ON COLUMN alerts.state IS 'pending: within its grace time, and nobody has been told; firing; resolved.';
COMMENT ON COLUMN alerts.since IS 'Since when it has been so.';
COMMENT ON COLUMN alerts.fired_at IS 'When the alert began to fire; null while it is pending.';
COMMENT ON COLUMN alerts.clear_since IS 'Since when all is well again, while the alert waits to see whether that lasts; null if it is not so.';
COMMENT ON COLUMN alerts.resolved_at IS 'Since when all is well again; null unless the alert is resolved.';
COMMENT ON COLUMN alerts.told_at IS 'When a message about the alert was last put into alert_deliveries; null if none was.';
COMMENT ON COLUMN alerts.evaluated_at IS 'When the rule was last evaluated for this subject.';
COMMENT ON COLUMN alerts.value IS 'The last value, in the unit that the summary names; null if the rule has none.';
COMMENT ON COLUMN alerts.limit_value IS 'The value from which the alert fires, in the same unit; null if the rule has none.';
COMMENT ON COLUMN alerts.summary IS 'What is out of order, in a sentence.';
COMMENT ON COLUMN alerts.meaning IS 'What that means for the desk.';
COMMENT ON COLUMN alerts.path IS 'The address of the page that shows it at that moment, below the address of the viewer or of Grafana.';
COMMENT ON COLUMN alerts.runbook IS 'The address of what to do; empty if none is named.';

-- The messages about alerts. A row is written in one transaction with the change of the alert that it tells of, so none is lost.
CREATE TABLE alert_deliveries (
    delivery_id uuid        NOT NULL,
    alert_id    uuid        NOT NULL,
    route       text        NOT NULL,
    kind        text        NOT NULL,
    created_at  timestamptz NOT NULL,
    next_try_at timestamptz NOT NULL,
    attempts    integer     NOT NULL,
    sent_at     timestamptz,
    dropped_at  timestamptz,
    last_error  text,
    CONSTRAINT alert_deliveries_pkey PRIMARY KEY (delivery_id),
    CONSTRAINT alert_deliveries_route_not_empty CHECK (route <> ''),
    CONSTRAINT alert_deliveries_kind_known CHECK (kind IN ('firing', 'repeat', 'resolved')),
    CONSTRAINT alert_deliveries_attempts_not_negative CHECK (attempts >= 0),
    CONSTRAINT alert_deliveries_times_finite CHECK (isfinite(created_at) AND isfinite(next_try_at) AND isfinite(sent_at) AND isfinite(dropped_at))
);
CREATE INDEX alert_deliveries_alert_idx ON alert_deliveries (alert_id, route);
-- What still has to be sent.
CREATE INDEX alert_deliveries_waiting_idx ON alert_deliveries (route, next_try_at) WHERE sent_at IS NULL AND dropped_at IS NULL;

COMMENT ON TABLE alert_deliveries IS 'One row per message about an alert to one target: sent, or still to be sent.';
COMMENT ON COLUMN alert_deliveries.delivery_id IS 'The message. If it has to be sent again it keeps this number, by which a receiver knows it.';
COMMENT ON COLUMN alert_deliveries.alert_id IS 'The alert that the message is about.';
COMMENT ON COLUMN alert_deliveries.route IS 'The name of the target that the message goes to.';
COMMENT ON COLUMN alert_deliveries.kind IS 'What the message tells: firing, repeat (it still fires) or resolved.';
COMMENT ON COLUMN alert_deliveries.created_at IS 'When the message came about.';
COMMENT ON COLUMN alert_deliveries.next_try_at IS 'When the message is sent, or tried again.';
COMMENT ON COLUMN alert_deliveries.attempts IS 'How often sending failed.';
COMMENT ON COLUMN alert_deliveries.sent_at IS 'When the target took the message; null if it has not.';
COMMENT ON COLUMN alert_deliveries.dropped_at IS 'When the message was given up, since the target could not be reached for a week; null if it was not.';
COMMENT ON COLUMN alert_deliveries.last_error IS 'Why the last attempt failed, without secrets; null if none did.';

-- What nobody wants to hear about for a time.
CREATE TABLE alert_silences (
    silence_id uuid        NOT NULL,
    rule       text        NOT NULL,
    subject    text        NOT NULL,
    starts_at  timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    made_by    text        NOT NULL,
    reason     text        NOT NULL,
    CONSTRAINT alert_silences_pkey PRIMARY KEY (silence_id),
    CONSTRAINT alert_silences_in_order CHECK (ends_at >= starts_at),
    CONSTRAINT alert_silences_times_finite CHECK (isfinite(starts_at) AND isfinite(ends_at))
);

COMMENT ON TABLE alert_silences IS 'One row per silence: alerts that fit it are shown and not told.';
COMMENT ON COLUMN alert_silences.silence_id IS 'The silence.';
COMMENT ON COLUMN alert_silences.rule IS 'The rule whose alerts are silent; empty for every rule.';
COMMENT ON COLUMN alert_silences.subject IS 'The subject whose alerts are silent; empty for every subject.';
COMMENT ON COLUMN alert_silences.starts_at IS 'From when the silence holds.';
COMMENT ON COLUMN alert_silences.ends_at IS 'Until when the silence holds. A silence that was ended early ends then.';
COMMENT ON COLUMN alert_silences.made_by IS 'Who made it.';
COMMENT ON COLUMN alert_silences.reason IS 'Why; may be empty.';
