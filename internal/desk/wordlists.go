package desk

// builtInStatuses are what schedulers call the states of a run: Airflow, Argo, Celery, Dagster, dbt,
// Luigi, Prefect, Slurm, Spark, and the services that build software.
//
// A word is listed if all tools mean the same by it. A run that will be tried again counts as FAILED, because
// it has failed once. A run that was killed counts as FAILED too. A run that pauses, is deferred or is being
// cancelled counts as RUNNING, because it has begun and is not over. A word that says only that a run is over
// is not listed, and panels show it as it is: dbt's "warn", Jenkins's "unstable", Databricks's "terminated".
func builtInStatuses() map[Status][]string {
	return map[Status][]string{
		Success: {
			"success", "succeeded", "successful", "ok", "okay", "done", "complete", "completed", "finished", "pass", "passed", "cached",
		},
		Running: {
			"running", "started", "starting", "in progress", "executing", "processing", "batch running", "restarting",
			"up for reschedule", "deferred", "paused", "suspended", "completing", "finishing", "stopping", "canceling", "cancelling",
		},
		Failed: {
			"failed", "failure", "fail", "failing", "error", "errored", "err", "exception", "runtime error", "internal error", "system error",
			"crash", "crashed", "timeout", "timed out", "killed", "oom killed", "out of memory", "lost", "dead", "expired", "interrupted",
			"shutdown", "preempted", "deadline", "rejected", "broken", "upstream failed", "dependency failed", "startup failure", "node fail",
			"boot fail", "up for retry", "retry", "retrying", "awaiting retry", "ko", "nok", "not ok", "unsuccessful",
		},
		Cancelled: {"cancelled", "canceled", "cancel", "aborted", "abort", "stopped", "revoked"},
		Skipped:   {"skipped", "skip", "upstream skipped", "omitted", "removed", "no op", "not built", "bypassed"},
		Queued: {
			"queued", "scheduled", "pending", "waiting", "not started", "late", "submitted", "accepted", "requested", "runnable",
			"created", "new", "enqueued",
		},
	}
}

// builtInDirections are what brokers, order systems and desks call a direction. To buy back a short or to sell
// out a long leaves no position: both are NEUTRAL. In rates, whoever receives is long the bond, and whoever
// pays is short. In credit, whoever sells protection is long the bond. Words with more than one meaning are not
// listed: "up" may be about a price or a yield, and 2 is a sale in FIX.
func builtInDirections() map[Direction][]string {
	return map[Direction][]string{
		Long: {
			"long", "l", "buy", "b", "bought", "bot", "buy to open", "bto", "open long", "enter long", "go long", "strong buy", "bull", "bullish",
			"overweight", "ow", "receive", "received", "receiver", "rec", "sell protection", "sold protection", "1",
			"compra", "compra forte", "comprado", "comprada", "dado", "doado",
		},
		Short: {
			"short", "s", "sell", "sold", "sld", "sell short", "sold short", "short sell", "short sale", "sell short exempt", "ss", "sshort",
			"sell to open", "sto", "open short", "enter short", "go short", "strong sell", "bear", "bearish", "underweight", "uw",
			"pay", "paid", "payer", "buy protection", "bought protection", "-1", "venda", "venda forte", "vendido", "vendida", "tomado",
		},
		Neutral: {
			"neutral", "n", "flat", "f", "hold", "h", "square", "closed", "close", "exit", "out", "no position", "no signal", "no trade",
			"close long", "close short", "exit long", "exit short", "cover", "covered", "buy to cover", "buy to close",
			"sell to close", "equal weight", "market weight", "zero", "0", "neutro", "neutra", "zerado",
		},
	}
}
