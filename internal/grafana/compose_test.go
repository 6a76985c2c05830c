package grafana

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// project reads docker-compose.yml as compose does, with these variables and profiles.
func project(t *testing.T, env map[string]string, profiles ...string) *types.Project {
	t.Helper()
	var list []string
	for k, v := range env {
		list = append(list, k+"="+v)
	}
	opts, err := cli.NewProjectOptions([]string{root + "/docker-compose.yml"},
		cli.WithEnv(list), cli.WithProfiles(profiles), cli.WithResolvedPaths(false))
	if err != nil {
		t.Fatal(err)
	}
	p, err := opts.LoadProject(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func service(t *testing.T, p *types.Project, name string) types.ServiceConfig {
	t.Helper()
	s, err := p.GetService(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestComposeStartsGrafanaOnlyWithItsProfile(t *testing.T) {
	t.Parallel()
	names := func(p *types.Project) []string { return slices.Sorted(maps.Keys(p.Services)) }
	if got := names(project(t, nil)); !slices.Equal(got, []string{"macrowatch", "timescaledb"}) {
		t.Errorf("without a profile %v start", got)
	}
	if got := names(project(t, nil, "monitoring")); !slices.Equal(got, []string{"grafana", "macrowatch", "timescaledb"}) {
		t.Errorf("with the profile %v start", got)
	}
}

func TestComposeGrafanaIsAsSpecified(t *testing.T) {
	t.Parallel()
	p := project(t, nil, "monitoring")
	g := service(t, p, "grafana")
	if g.Image != "grafana/grafana-oss:11.4.0" || g.ContainerName != "macro_grafana" || g.Restart != "unless-stopped" ||
		!slices.Equal(g.Profiles, []string{"monitoring"}) {
		t.Errorf("grafana is %s, %s, %s, %v", g.Image, g.ContainerName, g.Restart, g.Profiles)
	}
	checkPort(t, g, "127.0.0.1", "3002", 3000)
	checkEnv(t, g, map[string]string{
		"GF_SECURITY_ADMIN_USER": "admin", "GF_SECURITY_ADMIN_PASSWORD": "macro_grafana",
		"GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH": "/var/lib/grafana/dashboards/pipeline_health.json",
	})
	checkHealthyDatabaseFirst(t, g)
	want := []string{
		"volume grafana_data:/var/lib/grafana",
		"bind ./monitoring/grafana/provisioning:/etc/grafana/provisioning:ro",
		"bind ./monitoring/grafana/dashboards:/var/lib/grafana/dashboards:ro",
	}
	if got := mounts(g); !slices.Equal(got, want) {
		t.Errorf("grafana mounts %v, want %v", got, want)
	}
	if _, there := p.Volumes["grafana_data"]; !there {
		t.Error("there is no volume grafana_data")
	}
}

func TestComposeTakesItsSettingsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	p := project(t, map[string]string{
		"GRAFANA_IMAGE": "grafana/grafana-oss:11.4.8", "MACROWATCH_BIND": "0.0.0.0",
		"GF_SECURITY_ADMIN_USER": "chief", "GF_SECURITY_ADMIN_PASSWORD": "grafana secret",
		"POSTGRES_PASSWORD": "super secret", "MACRO_OWNER_PASSWORD": "owner secret",
	}, "monitoring")
	g := service(t, p, "grafana")
	if g.Image != "grafana/grafana-oss:11.4.8" {
		t.Errorf("the image is %s", g.Image)
	}
	checkPort(t, g, "0.0.0.0", "3002", 3000)
	checkEnv(t, g, map[string]string{"GF_SECURITY_ADMIN_USER": "chief", "GF_SECURITY_ADMIN_PASSWORD": "grafana secret"})
	m := service(t, p, "macrowatch")
	checkPort(t, m, "0.0.0.0", "3003", 3003)
	checkEnv(t, m, map[string]string{"PGPASSWORD": "owner secret"})
	checkEnv(t, service(t, p, "timescaledb"), map[string]string{"POSTGRES_PASSWORD": "super secret", "MACRO_OWNER_PASSWORD": "owner secret"})
}

func TestComposeDatabaseIsPinnedAndHealthChecked(t *testing.T) {
	t.Parallel()
	db := service(t, project(t, nil), "timescaledb")
	if db.Image != "timescale/timescaledb:2.22.1-pg16" {
		t.Errorf("the image is %s", db.Image)
	}
	if db.HealthCheck == nil || !slices.Contains(db.HealthCheck.Test, "pg_isready") {
		t.Errorf("the health check is %v, want pg_isready", db.HealthCheck)
	}
	if len(db.Ports) != 0 {
		t.Errorf("the database is reached from outside at %v", db.Ports)
	}
	reader := parsed(t, datasourceFile)["datasources"].([]any)[0].(map[string]any)
	checkEnv(t, db, map[string]string{
		"POSTGRES_DB":         reader["database"].(string),
		"MACRO_USER_PASSWORD": reader["secureJsonData"].(map[string]any)["password"].(string),
	})
	if got := mounts(db); !slices.Contains(got, "bind ./deploy/timescaledb/roles.sh:/docker-entrypoint-initdb.d/100_roles.sh:ro") {
		t.Errorf("the database mounts %v", got)
	}
}

func TestComposeMacrowatchMigratesThenServes(t *testing.T) {
	t.Parallel()
	m := service(t, project(t, nil), "macrowatch")
	if m.Build == nil || m.Build.Context != "." {
		t.Errorf("it is built from %v, want this repository", m.Build)
	}
	checkPort(t, m, "127.0.0.1", "3003", 3003)
	checkHealthyDatabaseFirst(t, m)
	command := strings.Join(m.Command, " ")
	migrate, serve := strings.Index(command, "macrowatch migrate --reader-role macro_user"), strings.Index(command, "exec macrowatch serve")
	if migrate < 0 || serve < migrate || !strings.Contains(command, "--listen 0.0.0.0:3003") {
		t.Errorf("it runs %q", command)
	}
	if !slices.Equal(m.Entrypoint, []string{"/bin/sh", "-ec"}) {
		t.Errorf("its entry point is %q: a failed migration must end it", m.Entrypoint)
	}
	if m.HealthCheck == nil || !strings.Contains(strings.Join(m.HealthCheck.Test, " "), "http://127.0.0.1:3003/readyz") {
		t.Errorf("the health check is %v", m.HealthCheck)
	}
	checkEnv(t, m, map[string]string{"DATABASE_URL": "postgres://macro_owner@timescaledb:5432/macro_trading?sslmode=disable"})
}

func checkPort(t *testing.T, s types.ServiceConfig, host, published string, target uint32) {
	t.Helper()
	if len(s.Ports) != 1 || s.Ports[0].HostIP != host || s.Ports[0].Published != published || s.Ports[0].Target != target {
		t.Errorf("%s is reached at %+v, want %s:%s to %d", s.Name, s.Ports, host, published, target)
	}
}

func checkEnv(t *testing.T, s types.ServiceConfig, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got := s.Environment[name]; got == nil || *got != value {
			t.Errorf("%s: %s is %v, want %q", s.Name, name, got, value)
		}
	}
}

func checkHealthyDatabaseFirst(t *testing.T, s types.ServiceConfig) {
	t.Helper()
	if got := s.DependsOn["timescaledb"].Condition; got != "service_healthy" {
		t.Errorf("%s waits for the database to be %q, want service_healthy", s.Name, got)
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
