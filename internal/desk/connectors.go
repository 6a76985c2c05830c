package desk

// Connector is a pipeline step that fetches data from outside.
type Connector struct {
	Step  string // step_name in pipeline_runs
	Title string // as people call it
}

// Connectors returns the desk's six connectors in the order in which the Pipeline Health
// dashboard shows them.
func Connectors() []Connector {
	return []Connector{
		{"bcb_sgs", "BCB SGS"},
		{"fred", "FRED"},
		{"yahoo", "Yahoo Finance"},
		{"bcb_ptax", "BCB PTAX"},
		{"b3_market_data", "B3 Market Data"},
		{"treasury_gov", "Treasury Gov"},
	}
}
