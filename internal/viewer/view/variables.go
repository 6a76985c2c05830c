package view

// Variables is the answer for a dashboard's template variables, in the order of the bar.
type Variables struct {
	Variables []Variable `json:"variables"`
}

// Variable is one template variable with its choices as they are for the range asked for.
type Variable struct {
	Name  string `json:"name"` // var-NAME in the page's address
	Label string `json:"label"`
	// Kind is query, custom, interval, constant or textbox.
	Kind string `json:"kind"`
	// Hide is "" (shown), label (only its control) or variable (not shown).
	Hide        string `json:"hide,omitempty"`
	Description string `json:"description,omitempty"`
	Multi       bool   `json:"multi,omitempty"`
	IncludeAll  bool   `json:"includeAll,omitempty"`
	// Options are the choices; a textbox and a constant have none.
	Options []VariableOption `json:"options"`
	// Current is what the panels get: the values as they stand in the address ("$__all" for all).
	Current []string `json:"current"`
	// Text is Current for the reader.
	Text string `json:"text"`
	// Error is a sentence where its choices could not be had.
	Error string `json:"error,omitempty"`
}

// VariableOption is one choice.
type VariableOption struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}
