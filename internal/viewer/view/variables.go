package view

// Variables is the answer for a dashboard's template variables, in the order in which the page shows them.
type Variables struct {
	Variables []Variable `json:"variables"`
}

// Variable is one template variable with its choices, which may depend on the range that the page asked for.
type Variable struct {
	Name  string `json:"name"` // var-NAME in the page's address
	Label string `json:"label"`
	// Kind is query, custom, interval, constant or textbox.
	Kind string `json:"kind"`
	// Hide is "" if the variable is shown, "label" if only its control is shown, or "variable" if it is not shown.
	Hide        string `json:"hide,omitempty"`
	Description string `json:"description,omitempty"`
	Multi       bool   `json:"multi,omitempty"`
	IncludeAll  bool   `json:"includeAll,omitempty"`
	// Options are the choices; a textbox and a constant have none.
	Options []VariableOption `json:"options"`
	// Current are the chosen values as they are in the page's address. "$__all" means all choices.
	Current []string `json:"current"`
	// Text is Current for the reader.
	Text string `json:"text"`
	// Error is a sentence that says why the choices could not be read.
	Error string `json:"error,omitempty"`
}

// VariableOption is one choice.
type VariableOption struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}
