package grafana

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

const composeFile = "docker-compose.yml"

// stack is the text of the files that describe the compose stack.
type stack struct {
	compose, datasource, provider string
	prometheus                    string // the datasource of macrowatch's own metrics
	scrapes                       string // the configuration of Prometheus
}

// committed is the stack of this tree.
func committed(t *testing.T) stack {
	t.Helper()
	return stack{readRoot(t, composeFile), readRoot(t, datasourceFile), readRoot(t, providerFile), readRoot(t, prometheusFile),
		readRoot(t, "monitoring/prometheus/prometheus.yml")}
}

// project reads the compose file as compose does, with these variables and profiles. What can't be
// read is complained about, and leaves an empty project.
func (s stack) project(c complainer, env map[string]string, profiles ...string) *types.Project {
	c.Helper()
	p, err := s.load(withPasswords(env), profiles...)
	if err != nil {
		c.Errorf("%s can't be read: %v", composeFile, err)
		return &types.Project{}
	}
	return p
}

// withPasswords adds the passwords that compose must be given.
func withPasswords(env map[string]string) map[string]string {
	all := map[string]string{"POSTGRES_PASSWORD": "p", "MACRO_OWNER_PASSWORD": "o", "MACRO_VIEWER_PASSWORD": "v"}
	maps.Copy(all, env)
	return all
}

func (s stack) load(env map[string]string, profiles ...string) (*types.Project, error) {
	return loader.LoadWithContext(context.Background(), types.ConfigDetails{
		WorkingDir:  root,
		ConfigFiles: []types.ConfigFile{{Filename: composeFile, Content: []byte(s.compose)}},
		Environment: env,
	}, func(o *loader.Options) { o.Profiles, o.ResolvePaths = profiles, false })
}

func service(c complainer, p *types.Project, name string) types.ServiceConfig {
	c.Helper()
	s, err := p.GetService(name)
	if err != nil {
		c.Errorf("%v", err)
	}
	return s
}

// composeChecks are what the specification says about docker-compose.yml.
func composeChecks() map[string]func(complainer, stack) {
	return map[string]func(complainer, stack){
		"Grafana starts only with its profile":      grafanaStartsOnlyWithItsProfile,
		"Grafana is as specified":                   grafanaIsAsSpecified,
		"settings are taken from the environment":   settingsAreTakenFromTheEnvironment,
		"the database is pinned and health-checked": databaseIsPinnedAndHealthChecked,
		"macrowatch migrates, then serves":          macrowatchMigratesThenServes,
		"Prometheus watches macrowatch if asked":    prometheusWatchesMacrowatch,
		"no password that everybody knows works":    noKnownPasswordWorks,
	}
}

func TestComposeIsAsSpecified(t *testing.T) {
	t.Parallel()
	s := committed(t)
	for name, check := range composeChecks() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, s)
		})
	}
}

func grafanaStartsOnlyWithItsProfile(c complainer, s stack) {
	names := func(p *types.Project) []string { return slices.Sorted(maps.Keys(p.Services)) }
	if got := names(s.project(c, nil)); !slices.Equal(got, []string{"macrowatch", "timescaledb"}) {
		c.Errorf("without a profile %v start", got)
	}
	if got := names(s.project(c, nil, "monitoring")); !slices.Equal(got, []string{"grafana", "macrowatch", "timescaledb"}) {
		c.Errorf("with the profile %v start", got)
	}
}

func grafanaIsAsSpecified(c complainer, s stack) {
	p := s.project(c, nil, "monitoring")
	g := service(c, p, "grafana")
	if g.Image != "grafana/grafana-oss:11.4.0" || g.ContainerName != "macro_grafana" || g.Restart != "unless-stopped" ||
		!slices.Equal(g.Profiles, []string{"monitoring"}) {
		c.Errorf("grafana is %s, %s, %s, %v", g.Image, g.ContainerName, g.Restart, g.Profiles)
	}
	checkPort(c, g, "127.0.0.1", "3002", 3000)
	checkEnv(c, g, map[string]string{
		"GF_SECURITY_ADMIN_USER": "admin", "GF_SECURITY_ADMIN_PASSWORD": "macro_grafana",
		"GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH": "/var/lib/grafana/dashboards/pipeline_health.json",
		"GF_PATHS_PROVISIONING":                     "/etc/grafana/provisioning", "GRAFANA_MAX_IDLE_CONNS": "",
	})
	checkHealthyDatabaseFirst(c, g)
	want := []string{
		"volume grafana_data:/var/lib/grafana",
		"bind ./monitoring/grafana/provisioning:/etc/grafana/provisioning:ro",
		"bind ./monitoring/grafana/dashboards:/var/lib/grafana/dashboards:ro",
		"bind ./monitoring/grafana/more:/var/lib/grafana/more:ro",
	}
	if got := mounts(g); !slices.Equal(got, want) {
		c.Errorf("grafana mounts %v, want %v", got, want)
	}
	if _, there := p.Volumes["grafana_data"]; !there {
		c.Errorf("there is no volume grafana_data")
	}
}

func settingsAreTakenFromTheEnvironment(c complainer, s stack) {
	p := s.project(c, map[string]string{
		"GRAFANA_IMAGE": "grafana/grafana-oss:11.4.8", "MACROWATCH_BIND": "0.0.0.0", "GRAFANA_MAX_IDLE_CONNS": "5",
		"GF_SECURITY_ADMIN_USER": "chief", "GF_SECURITY_ADMIN_PASSWORD": "grafana secret",
		"POSTGRES_PASSWORD": "super secret", "MACRO_OWNER_PASSWORD": "owner secret", "MACROWATCH_ALLOWED_HOST": "desk.example",
	}, "monitoring")
	g := service(c, p, "grafana")
	if g.Image != "grafana/grafana-oss:11.4.8" {
		c.Errorf("the image is %s", g.Image)
	}
	checkPort(c, g, "0.0.0.0", "3002", 3000)
	checkEnv(c, g, map[string]string{
		"GF_SECURITY_ADMIN_USER": "chief", "GF_SECURITY_ADMIN_PASSWORD": "grafana secret",
		"GF_PATHS_PROVISIONING": "/etc/grafana/provisioning/from-environment", "GRAFANA_MAX_IDLE_CONNS": "5",
	})
	m := service(c, p, "macrowatch")
	checkPort(c, m, "0.0.0.0", "3003", 3003)
	checkEnv(c, m, map[string]string{
		"PGPASSWORD": "owner secret", "MACROWATCH_PUBLISHED_ON": "0.0.0.0", "MACROWATCH_ALLOWED_HOST": "desk.example",
	})
	checkEnv(c, service(c, p, "timescaledb"), map[string]string{"POSTGRES_PASSWORD": "super secret", "MACRO_OWNER_PASSWORD": "owner secret"})
}

func databaseIsPinnedAndHealthChecked(c complainer, s stack) {
	db := service(c, s.project(c, nil), "timescaledb")
	if db.Image != "timescale/timescaledb:2.29.2-pg16@sha256:289d55704b1b3ee8263cd3805c6930f9cd54506835a8f19f9b85dad17d5c5a8a" {
		c.Errorf("the image is %s", db.Image)
	}
	if db.HealthCheck == nil || !slices.Contains(db.HealthCheck.Test, "pg_isready") {
		c.Errorf("the health check is %v, want pg_isready", db.HealthCheck)
	}
	if len(db.Ports) != 0 {
		c.Errorf("the database is reached from outside at %v", db.Ports)
	}
	checkEnv(c, db, map[string]string{"POSTGRES_DB": database, "MACRO_USER_PASSWORD": "macro_pass"}) // the same values as in the datasource
	for _, want := range []string{
		"bind ./deploy/timescaledb/roles.sh:/docker-entrypoint-initdb.d/100_roles.sh:ro",
		"bind ./deploy/timescaledb/restrict.sql:/usr/local/share/macrowatch/restrict.sql:ro", // roles.sh looks for the file there
	} {
		if got := mounts(db); !slices.Contains(got, want) {
			c.Errorf("the database mounts %v, not %s", got, want)
		}
	}
}

// noKnownPasswordWorks makes sure that compose refuses to start while a password is missing: those of the database
// always, and that of Grafana's admin if others may reach Grafana.
func noKnownPasswordWorks(c complainer, s stack) {
	const advice = "passwords.sh"
	for _, missing := range []string{"POSTGRES_PASSWORD", "MACRO_OWNER_PASSWORD", "MACRO_VIEWER_PASSWORD"} {
		for _, value := range []string{"unset", ""} {
			env := withPasswords(map[string]string{missing: value})
			if value == "unset" {
				delete(env, missing)
			}
			if _, err := s.load(env); err == nil || !strings.Contains(err.Error(), advice) {
				c.Errorf("without %s: %v", missing, err)
			}
		}
	}
	for _, bind := range []string{"0.0.0.0", "192.0.2.1", "::"} {
		if _, err := s.load(withPasswords(map[string]string{"MACROWATCH_BIND": bind}), "monitoring"); err == nil || !strings.Contains(err.Error(), advice) {
			c.Errorf("on %s without a password of Grafana's admin: %v", bind, err)
		}
	}
	m := service(c, s.project(c, map[string]string{"MACRO_VIEWER_PASSWORD": "viewer"}), "macrowatch")
	checkEnv(c, m, map[string]string{"MACROWATCH_READER_URL": "postgres://macro_viewer:viewer@timescaledb:5432/macro_trading?sslmode=disable"})
	if command := strings.Join(m.Command, " "); !strings.Contains(command, "macrowatch migrate --reader-role macro_viewer\n") {
		c.Errorf("it runs %q", command)
	}
}

func macrowatchMigratesThenServes(c complainer, s stack) {
	m := service(c, s.project(c, nil), "macrowatch")
	if m.Build == nil || m.Build.Context != "." {
		c.Errorf("it is built from %v, want this repository", m.Build)
	}
	checkPort(c, m, "127.0.0.1", "3003", 3003)
	checkHealthyDatabaseFirst(c, m)
	command := strings.Join(m.Command, " ")
	migrate, serve := strings.Index(command, "macrowatch migrate --reader-role macro_user"), strings.Index(command, "exec macrowatch serve")
	if migrate < 0 || serve < migrate || !strings.Contains(command, "--listen 0.0.0.0:3003 --insecure-no-login") {
		c.Errorf("it runs %q", command)
	}
	checkEnv(c, m, map[string]string{"MACROWATCH_PUBLISHED_ON": "127.0.0.1", "MACROWATCH_ALLOWED_HOST": ""})
	if !slices.Equal(m.Entrypoint, []string{"/bin/sh", "-ec"}) {
		c.Errorf("its entry point is %q: a failed migration must end it", m.Entrypoint)
	}
	if m.HealthCheck == nil || !strings.Contains(strings.Join(m.HealthCheck.Test, " "), "http://127.0.0.1:3003/readyz") {
		c.Errorf("the health check is %v", m.HealthCheck)
	}
	checkEnv(c, m, map[string]string{"DATABASE_URL": "postgres://macro_owner@timescaledb:5432/macro_trading?sslmode=disable"})
}

// prometheusWatchesMacrowatch checks that Prometheus finds macrowatch, and Grafana Prometheus: Prometheus is in the network of
// macrowatch, whose name therefore leads to both.
func prometheusWatchesMacrowatch(c complainer, s stack) {
	p := s.project(c, nil, "prometheus")
	prometheus, macrowatch := service(c, p, "prometheus"), service(c, p, "macrowatch")
	if !slices.Equal(prometheus.Profiles, []string{"prometheus"}) || prometheus.NetworkMode != "service:macrowatch" || len(prometheus.Ports) > 0 {
		c.Errorf("prometheus is in %v, at %q, published at %v", prometheus.Profiles, prometheus.NetworkMode, prometheus.Ports)
	}
	if want := []string{"volume prometheus_data:/prometheus", "bind ./monitoring/prometheus:/etc/prometheus:ro"}; !slices.Equal(mounts(prometheus), want) {
		c.Errorf("prometheus mounts %v, want %v", mounts(prometheus), want)
	}
	if _, there := p.Volumes["prometheus_data"]; !there {
		c.Errorf("there is no volume prometheus_data")
	}
	if len(macrowatch.Ports) != 1 || !strings.Contains(s.scrapes, fmt.Sprintf("127.0.0.1:%d\"", macrowatch.Ports[0].Target)) {
		c.Errorf("prometheus.yml does not name the port of macrowatch: %v", macrowatch.Ports)
	}
	if !strings.Contains(s.prometheus, "url: http://macrowatch:9090\n") {
		c.Errorf("the datasource does not lead to Prometheus in macrowatch's network")
	}
}

func checkPort(c complainer, s types.ServiceConfig, host, published string, target uint32) {
	c.Helper()
	if len(s.Ports) != 1 || s.Ports[0].HostIP != host || s.Ports[0].Published != published || s.Ports[0].Target != target {
		c.Errorf("%s is reached at %+v, want %s:%s to %d", s.Name, s.Ports, host, published, target)
	}
}

func checkEnv(c complainer, s types.ServiceConfig, want map[string]string) {
	c.Helper()
	for name, value := range want {
		if got := s.Environment[name]; got == nil || *got != value {
			c.Errorf("%s: %s is %v, want %q", s.Name, name, got, value)
		}
	}
}

func checkHealthyDatabaseFirst(c complainer, s types.ServiceConfig) {
	c.Helper()
	if got := s.DependsOn["timescaledb"].Condition; got != "service_healthy" {
		c.Errorf("%s waits for the database to be %q, want service_healthy", s.Name, got)
	}
}

// mounts are a service's volumes in compose's short form, with their kind.
func mounts(s types.ServiceConfig) []string {
	var list []string
	for _, v := range s.Volumes {
		m := v.Type + " " + v.Source + ":" + v.Target
		if v.ReadOnly {
			m += ":ro"
		}
		list = append(list, m)
	}
	return list
}
