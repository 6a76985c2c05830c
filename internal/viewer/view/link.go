package view

// Link leads from a value, a mark or a panel to another page. Href has no scheme, or http or https.
type Link struct {
	Title string `json:"title"`
	Href  string `json:"href"`
	// NewTab is true if the link opens a new tab.
	NewTab bool `json:"newTab,omitempty"`
}
