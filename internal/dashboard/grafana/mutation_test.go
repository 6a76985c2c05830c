package grafana

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// wrong lists what all checks together say about a stack.
func (s stack) wrong() complaints {
	var all complaints
	for _, checks := range []map[string]func(complainer, stack){composeChecks(), provisioningChecks()} {
		for _, check := range checks {
			check(&all, s)
		}
	}
	return all
}

// The checks would be worth little if they passed on another stack than the specified one.
func TestEveryMutationOfTheStackIsNoticed(t *testing.T) {
	t.Parallel()
	s := committed(t)
	if said := s.wrong(); len(said) > 0 {
		t.Fatalf("the stack as it is: %q", said)
	}
	for _, m := range []struct{ file, old, new string }{
		{composeFile, "grafana/grafana-oss:11.4.0}", "grafana/grafana-oss:11.4.1}"},
		{composeFile, "${GRAFANA_IMAGE:-grafana/grafana-oss:11.4.0}", "grafana/grafana-oss:11.4.0"},
		{composeFile, "container_name: macro_grafana", "container_name: grafana"},
		{composeFile, "profiles: [monitoring]", "profiles: [grafana]"},
		{composeFile, "    profiles: [monitoring]\n", ""},
		{composeFile, `"${MACROWATCH_BIND:-127.0.0.1}:3002:3000"`, `"${MACROWATCH_BIND:-0.0.0.0}:3002:3000"`},
		{composeFile, `"${MACROWATCH_BIND:-127.0.0.1}:3002:3000"`, `"127.0.0.1:3002:3000"`},
		{composeFile, ":3002:3000", ":3000:3000"},
		{composeFile, ":3002:3000", ":3002:3002"},
		{composeFile, ":3003:3003", ":3004:3003"},
		{composeFile, "${GF_SECURITY_ADMIN_USER:-admin}", "${GF_SECURITY_ADMIN_USER:-root}"},
		{composeFile, "${GF_SECURITY_ADMIN_USER:-admin}", "admin"},
		{composeFile, "}}macro_grafana}", "}}admin}"},
		{composeFile, "${MACROWATCH_BIND:+${GF_SECURITY_ADMIN_PASSWORD:?run sh deploy/compose/passwords.sh first}}macro_grafana", "macro_grafana"},
		{composeFile, "${MACRO_OWNER_PASSWORD:?run sh deploy/compose/passwords.sh first}", "macro_owner"},
		{composeFile, "${POSTGRES_PASSWORD:?", "${POSTGRES_PASSWORD:-"},
		{composeFile, "migrate --reader-role macro_viewer\n", "migrate\n"},
		{composeFile, "@sha256:289d55704b1b3ee8263cd3805c6930f9cd54506835a8f19f9b85dad17d5c5a8a", ""},
		{composeFile, "dashboards/pipeline_health.json", "dashboards/risk_dashboard.json"},
		{composeFile, "grafana_data:/var/lib/grafana", "grafana_data:/var/lib/grafana-oss"},
		{composeFile, "provisioning:/etc/grafana/provisioning:ro", "provisioning:/etc/grafana/provisioning"},
		{composeFile, "./monitoring/grafana/dashboards:/var/lib/grafana/dashboards:ro", "./monitoring/dashboards:/var/lib/grafana/dashboards:ro"},
		{composeFile, "\n  grafana_data:\n", "\n  grafana:\n"},
		{composeFile, "condition: service_healthy", "condition: service_started"}, // both
		{composeFile, "image: timescale/timescaledb:2.29.2-pg16", "image: timescale/timescaledb:latest-pg16"},
		{composeFile, "pg_isready", "true"},
		{composeFile, "restrict.sql:ro", "restrict:ro"},
		{composeFile, "macrowatch migrate --reader-role macro_user\n", "macrowatch migrate\n"},
		{composeFile, " --insecure-no-login", ""},
		{composeFile, "MACROWATCH_PUBLISHED_ON: ${MACROWATCH_BIND:-127.0.0.1}", "MACROWATCH_PUBLISHED_ON: 127.0.0.1"},
		{composeFile, "${MACROWATCH_ALLOWED_HOST:-}", ""},
		{composeFile, "POSTGRES_DB: macro_trading", "POSTGRES_DB: macro"},
		{composeFile, "MACRO_USER_PASSWORD: macro_pass", "MACRO_USER_PASSWORD: other"},
		{composeFile, "build: .", "build: ./cmd"},
		{composeFile, "profiles: [prometheus]", "profiles: [monitoring]"},
		{composeFile, "network_mode: service:macrowatch", "network_mode: bridge"},
		{composeFile, "./monitoring/prometheus:/etc/prometheus:ro", "./monitoring/prometheus:/etc:ro"},
		{composeFile, "./monitoring/grafana/more:", "./monitoring/more:"},
		{datasourceFile, "uid: timescaledb\n", "uid: timescale\n"},
		{datasourceFile, "apiVersion: 1\n", ""},
		{datasourceFile, "apiVersion: 1\n", "#\n#\n#\n#\n#\napiVersion: 1\n"},
		{datasourceFile, "# An alias: the plugin is grafana-postgresql-datasource.\n", "\n"},
		{providerFile, "allowUiUpdates: true", "allowUiUpdates: false"},
		{providerFile, "folder: Macro Trading", "folder: General"},
	} {
		t.Run(m.new, func(t *testing.T) {
			changed := s.with(t, m.file, func(text string) string { return strings.ReplaceAll(text, m.old, m.new) })
			if len(changed.wrong()) == 0 {
				t.Errorf("%s: nobody noticed %q in the place of %q", m.file, m.new, m.old)
			}
		})
	}
}

// Every value of the provisioning files is one that the specification gives.
func TestEveryValueOfTheProvisioningFilesIsWatched(t *testing.T) {
	t.Parallel()
	s := committed(t)
	value := regexp.MustCompile(`^(\s*(?:- )?\w+: )(\S.*)$`)
	watched := 0
	for _, file := range []string{datasourceFile, providerFile} {
		for i, line := range strings.Split(s.text(file), "\n") {
			m := value.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			watched++
			changed := s.with(t, file, func(text string) string { return replaceLine(text, i, m[1]+another(m[2])) })
			if len(changed.wrong()) == 0 {
				t.Errorf("%s: nobody noticed %s in the place of %s", file, another(m[2]), strings.TrimSpace(line))
			}
		}
	}
	if watched < 25 {
		t.Errorf("only %d values were found", watched)
	}
}

// Every setting of Grafana's in the compose file is one that the specification gives.
func TestEveryLineOfTheGrafanaServiceIsWatched(t *testing.T) {
	t.Parallel()
	s := committed(t)
	inGrafana, watched := false, 0
	for i, line := range strings.Split(s.compose, "\n") {
		if len(line) > 2 && line[:2] == "  " && line[2] != ' ' || line != "" && line[0] != ' ' {
			inGrafana = line == "  grafana:"
		}
		if !inGrafana || strings.TrimSpace(line) == "" {
			continue
		}
		watched++
		if changed := s.with(t, composeFile, func(text string) string { return replaceLine(text, i, "") }); len(changed.wrong()) == 0 {
			t.Errorf("%s: nobody noticed that this line is missing: %s", composeFile, line)
		}
	}
	if watched < 18 {
		t.Errorf("only %d lines were found", watched)
	}
}

func (s stack) text(file string) string {
	switch file {
	case composeFile:
		return s.compose
	case datasourceFile:
		return s.datasource
	}
	return s.provider
}

// with is the stack with one of its files changed; a change that changes nothing is a mistake.
func (s stack) with(t *testing.T, file string, change func(string) string) stack {
	t.Helper()
	text := change(s.text(file))
	if text == s.text(file) {
		t.Fatalf("%s: the mutation changes nothing", file)
	}
	switch file {
	case composeFile:
		s.compose = text
	case datasourceFile:
		s.datasource = text
	default:
		s.provider = text
	}
	return s
}

// another is a value of the same type.
func another(value string) string {
	if n, err := strconv.Atoi(value); err == nil {
		return fmt.Sprint(n + 1)
	}
	switch value {
	case "true":
		return "false"
	case "false":
		return "true"
	}
	return value + "x"
}

func replaceLine(text string, at int, line string) string {
	lines := strings.Split(text, "\n")
	lines[at] = line
	return strings.Join(lines, "\n")
}
