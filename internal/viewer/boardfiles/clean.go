package boardfiles

import (
	"regexp"
	"strconv"
	"time"

	"macrowatch/internal/viewer/sanitize"
)

// inOneLine are the keys whose texts the page shows in one line.
var inOneLine = map[string]bool{"title": true, "label": true, "name": true, "tooltip": true, "displayName": true, "legendFormat": true}

// cleanTexts removes from all texts of a dashboard the characters that nobody sees and that change how a page reads.
func cleanTexts(v any) any {
	switch v := v.(type) {
	case string:
		return sanitize.Text(v)
	case []any:
		for i := range v {
			v[i] = cleanTexts(v[i])
		}
	case object:
		for key, value := range v {
			if text, ok := value.(string); ok && inOneLine[key] {
				v[key] = cut(sanitize.Line(text))
			} else {
				v[key] = cleanTexts(value)
			}
		}
	}
	return v
}

// fastest is how often a page may load a dashboard of a file again.
const fastest = 5 * time.Second

var seconds = regexp.MustCompile(`^(\d+)(ms|s)$`)

// slowRefresh makes a dashboard load again every five seconds at most, as in Grafana.
func slowRefresh(doc object) {
	text, _ := doc["refresh"].(string)
	m := seconds.FindStringSubmatch(text)
	if m == nil {
		return
	}
	if n, err := strconv.Atoi(m[1]); m[2] == "ms" || err == nil && n > 0 && time.Duration(n)*time.Second < fastest {
		doc["refresh"] = "5s"
	}
}
