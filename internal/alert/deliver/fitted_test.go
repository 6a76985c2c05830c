package deliver

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestATextIsCutWhereAServiceWouldRefuseIt(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ação ", 2000)
	for service, most := range map[string]int{"telegram": 4096, "lark": 4096, "wecom": 2048, "zulip": 10_000, "pushover": 1024, "smtp": 0, "slack": 0, "generic": 0} {
		got := fitted(long, service)
		cut := len(got) <= most && len(got) > most-5 && strings.HasSuffix(got, "…") && utf8.ValidString(got)
		if most == 0 && got != long || most > 0 && !cut {
			t.Errorf("%s gets %d bytes, at most %d fit", service, len(got), most)
		}
		if short := fitted("short", service); short != "short" {
			t.Errorf("%s gets %q", service, short)
		}
	}
}
