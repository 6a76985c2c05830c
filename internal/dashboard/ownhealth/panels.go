package ownhealth

import (
	"strings"

	sdk "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// section is a row of the dashboard with the panels below it.
type section struct {
	rowID  uint32
	title  string
	panels []panel
}

// of returns a selector of a metric for the instances that the reader has chosen.
func of(metric string, more ...string) string {
	return metric + "{" + strings.Join(append([]string{`instance=~"$instance"`}, more...), ",") + "}"
}

// rate returns the increase of a counter in a second.
func rate(selector string) string { return "rate(" + selector + "[$__rate_interval])" }

// slowest returns the time that one in twenty exceeds, by a label of a histogram.
func slowest(histogram, by string) string {
	return "histogram_quantile(0.95, sum by (le, " + by + ") (" + rate(of(histogram+"_bucket")) + "))"
}

// ofThisProgram keeps only series of macrowatch: every program that Prometheus watches has metrics of its process.
const ofThisProgram = " and on (job, instance) macrowatch_build_info"

const (
	requests = "macrowatch_http_request_duration_seconds"
	panels   = "macrowatch_panel_duration_seconds"
)

func sections() []section {
	answers := of(requests+"_count", probes)
	failed := of(requests+"_count", `code="5xx"`, probes)
	broken := of(panels+"_count", `outcome="error"`)
	return []section{
		{101, "State", []panel{
			{id: 1, kind: value, w: 4, h: 4, title: "Database", description: "Whether the database answers. With several instances, whether it answers all of them.",
				queries: []query{{"min(" + of("macrowatch_database_up") + ")", "database"}}, mappings: upOrAway()},
			{id: 2, kind: value, x: 4, w: 4, h: 4, title: "Failing Work", bad: 1,
				description: "How many pieces of background work fail and are tried again: risk, delivery of kept runs, the guard of readers. The header of every page says what does not happen.",
				queries:     []query{{"sum(1 - " + of("macrowatch_background_up") + ")", "fails"}}},
			{id: 3, kind: value, x: 8, w: 4, h: 4, title: "Oldest Kept Run", unit: "s", bad: 600,
				description: "For how long the oldest run on disk has waited for the database; 0 if none waits.",
				queries:     []query{{"max(time() - " + of("macrowatch_spool_oldest_run_timestamp_seconds") + ") or vector(0)", "oldest"}}},
			{id: 4, kind: value, x: 12, w: 4, h: 4, title: "Requests That Fail", unit: "percentunit", bad: .05,
				description: "The share of requests that were answered with a status from 500 on in the last five minutes. Health checks do not count.",
				queries:     []query{{"(sum(rate(" + failed + "[5m])) or vector(0)) / (sum(rate(" + answers + "[5m])) > 0) or vector(0)", "share"}}},
			{id: 5, kind: value, x: 16, w: 4, h: 4, title: "Faults of the Program", bad: 1,
				description: "How often the program met a fault of its own in the chosen range, and survived it. The log has the stack of each.",
				queries:     []query{{"sum(increase(" + of("macrowatch_panics_total") + "[$__range])) + sum(increase(" + of("macrowatch_background_panics_total") + "[$__range]))", "faults"}}},
			{id: 6, kind: name, x: 20, w: 4, h: 4, title: "Version", description: "The version of each instance.",
				queries: []query{{"max by (version) (" + of("macrowatch_build_info") + ")", "{{version}}"}}},
		}},
		{102, "Requests", []panel{
			{id: 7, kind: lines, w: 8, h: 8, title: "Requests by Status", unit: "reqps", description: "Requests in a second, by status: 2xx is answered, 4xx is refused, 5xx has failed.",
				queries: []query{{"sum by (code) (" + rate(of(requests+"_count")) + ")", "{{code}}"}}},
			{id: 8, kind: lines, x: 8, w: 8, h: 8, title: "Requests by Route", unit: "reqps", description: "Requests in a second, by the kind of address that was asked for.",
				queries: []query{{"sum by (route) (" + rate(of(requests+"_count")) + ")", "{{route}}"}}},
			{id: 9, kind: lines, x: 16, w: 8, h: 8, title: "Slowest Requests by Route", unit: "s", description: "The time that one in twenty requests exceeds. The route panels sends all panels of a dashboard in one answer.",
				queries: []query{{slowest(requests, "route"), "{{route}}"}}},
		}},
		{103, "Panels", []panel{
			{id: 10, kind: lines, w: 8, h: 8, title: "Slowest Panels by Dashboard", unit: "s", description: "The time that one in twenty panels of a dashboard exceeds, with its queries.",
				queries: []query{{slowest(panels, "dashboard"), "{{dashboard}}"}}},
			{id: 11, kind: lines, x: 8, w: 8, h: 8, title: "Slowest Panels by Kind", unit: "s", description: "The time that one in twenty panels of a kind exceeds, with its queries.",
				queries: []query{{slowest(panels, "kind"), "{{kind}}"}}},
			{id: 12, kind: lines, x: 16, w: 8, h: 8, title: "Panels That Fail", unit: "short", description: "Panels in a second that could not be computed, by dashboard.",
				queries: []query{{"sum by (dashboard) (" + rate(broken) + ") or 0 * sum by (dashboard) (" + rate(of(panels+"_count")) + ")", "{{dashboard}}"}}},
		}},
		{104, "Database", []panel{
			{id: 13, kind: lines, w: 8, h: 8, title: "Connections", description: "Connections in use, and how many there may be, by pool: viewer has the dashboards' queries, record has everything else.",
				queries: []query{
					{"sum by (pool) (" + of("macrowatch_pool_acquired_connections") + ")", "{{pool}} in use"},
					{"sum by (pool) (" + of("macrowatch_pool_max_connections") + ")", "{{pool}} at most"},
				}},
			{id: 14, kind: lines, x: 8, w: 8, h: 8, title: "Time Spent Waiting for Connections", unit: "s", description: "Seconds of waiting in each second, by pool. At 1 one request waits all the time.",
				queries: []query{{"sum by (pool) (" + rate(of("macrowatch_pool_wait_seconds_total")) + ")", "{{pool}}"}}},
			{id: 15, kind: lines, x: 16, w: 8, h: 8, title: "Age of the Newest Row", unit: "s", description: "How old the newest row of each table is. A saw with teeth of a day is a table that is written once a day.",
				queries: []query{{"time() - max by (table) (" + of("macrowatch_table_newest_row_timestamp_seconds") + ")", "{{table}}"}}},
		}},
		{105, "Intake and Background", []panel{
			{id: 16, kind: lines, w: 8, h: 8, title: "Rows by HTTP", unit: "short", description: "Rows in a second that programs send over HTTP, by kind; 0 if none.",
				queries: []query{{"sum by (operation) (" + rate(of("macrowatch_intake_rows_total")) + `) or label_replace(vector(0), "operation", "all", "", "")`, "{{operation}}"}}},
			{id: 17, kind: lines, x: 8, w: 8, h: 8, title: "Kept Runs", unit: "short", description: "Runs on disk: those that wait for the database, and those that can't be delivered as they are.",
				queries: []query{{"sum by (state) (" + of("macrowatch_spool_runs") + ")", "{{state}}"}}},
			{id: 18, kind: lines, x: 16, w: 8, h: 8, title: "Failures of Background Work", unit: "short", description: "Failures in a second, by task.",
				queries: []query{{"sum by (task) (" + rate(of("macrowatch_background_failures_total")) + ")", "{{task}}"}}},
		}},
		{106, "Process", []panel{
			{id: 19, kind: lines, w: 8, h: 8, title: "Memory", unit: "bytes", description: "The memory that the process holds, and the part of it that is in use by Go's heap.",
				queries: []query{
					{of("process_resident_memory_bytes") + ofThisProgram, "{{instance}} resident"},
					{of("go_memstats_heap_inuse_bytes") + ofThisProgram, "{{instance}} heap"},
				}},
			{id: 20, kind: lines, x: 8, w: 8, h: 8, title: "Processor", unit: "percentunit", description: "The share of one processor that the process uses.",
				queries: []query{{rate(of("process_cpu_seconds_total")) + ofThisProgram, "{{instance}}"}}},
			{id: 21, kind: lines, x: 16, w: 8, h: 8, title: "HTTP Connections", unit: "short", description: "Open connections, and how many answers were refused or cut off in a second because there was no room.",
				queries: []query{
					{"sum(" + of("macrowatch_http_connections") + ")", "open"},
					{"sum(" + rate(of("macrowatch_http_busy_total")) + ")", "refused"},
					{"sum(" + rate(of("macrowatch_http_slow_readers_total")) + ")", "cut off"},
				}},
		}},
	}
}

// upOrAway gives the two states of the database their words and colours.
func upOrAway() []sdk.ValueMapping {
	up, away := sdk.NewValueMap(), sdk.NewValueMap()
	up.Options = map[string]sdk.ValueMappingResult{"1": {Text: ptr("up"), Color: ptr("green"), Index: ptr(int32(0))}}
	away.Options = map[string]sdk.ValueMappingResult{"0": {Text: ptr("away"), Color: ptr("red"), Index: ptr(int32(1))}}
	return []sdk.ValueMapping{{ValueMap: up}, {ValueMap: away}}
}
