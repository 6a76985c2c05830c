package sampledesk

import "macrowatch/internal/desk"

// connectorTraits is how a connector of the sample desk behaves.
type connectorTraits struct {
	median   float64          // seconds that a run takes on an ordinary day
	failures func() []failure // the ways in which a run may fail
}

// traitsOf maps each connector's step to how the connector behaves. A connector of the desk's rules that is not in
// the map never runs on the sample desk; a test fails if one is missing.
func traitsOf() map[string]connectorTraits {
	return map[string]connectorTraits{
		"bcb_sgs":        {48, bcbSGSFailures},
		"fred":           {85, fredFailures},
		"yahoo":          {120, yahooFailures},
		"bcb_ptax":       {9, bcbPTAXFailures},
		"b3_market_data": {150, b3Failures},
		"treasury_gov":   {28, treasuryFailures},
	}
}

// connectorPlan is the desk's connectors, all at the pipeline's hour.
func connectorPlan() []step {
	traits := traitsOf()
	var plan []step
	for _, c := range desk.BuiltInRules().Connectors() {
		if t, known := traits[c.Name]; known {
			plan = append(plan, step{name: c.Name, hour: pipelineHour, median: t.median, spread: 0.35, failRate: 0.004})
		}
	}
	return plan
}
