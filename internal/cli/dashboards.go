package cli

import (
	"fmt"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/dashboard/grafana"
	"macrowatch/internal/viewer/server"
)

func (a *app) dashboardsCommand() *cobra.Command {
	return group("dashboards", "Write and check the dashboards for Grafana",
		"  macrowatch dashboards generate\n  macrowatch dashboards check\n  macrowatch dashboards export --portable ./for-import",
		a.dashboardsGenerateCommand(), a.dashboardsCheckCommand(), a.dashboardsExportCommand())
}

func (a *app) dashboardsGenerateCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "generate",
		Short: "Write the dashboards and provisioning files for Grafana",
		Long: `Writes the dashboards (monitoring/grafana/dashboards/*.json) and the files of the datasource and the
dashboard provider (monitoring/grafana/provisioning) below --dir, and the desk's alerts as rules of
Grafana (monitoring/grafana/provisioning/alerting). It also writes what watches
macrowatch itself: a dashboard (monitoring/grafana/more) and the alerts for Prometheus
(monitoring/prometheus). What the files contain depends only on the version of macrowatch and on the
desk file. Files that are current are left as they are. The command prints the paths of the files that
it has written.`,
		Example: "  macrowatch dashboards generate\n  macrowatch dashboards generate --dir /srv/macrowatch\n  macrowatch dashboards generate --desk-file desk.yaml",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			written, err := grafana.Write(dir, a.rules(), a.alerts())
			if err != nil {
				return err
			}
			for _, path := range written {
				fmt.Fprintln(a.Out, path)
			}
			return nil
		},
	}
	a.deskFlag(c)
	c.Flags().StringVar(&dir, "dir", ".", "`DIR` below which the files are written")
	return c
}

func (a *app) dashboardsExportCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "export --portable DIR",
		Short: "Write the dashboards for Grafana's import screen",
		Long: `Writes the dashboards into DIR in the form for Grafana's import screen (Dashboards, New, Import). The
screen then asks which PostgreSQL datasource the dashboard shall use. These files are only for that
screen. For a Grafana that is provisioned from files, use macrowatch dashboards generate.`,
		Example: "  macrowatch dashboards export --portable ./for-import",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return usagef("export needs --portable DIR, such as: macrowatch dashboards export --portable ./for-import")
			}
			written, err := grafana.WritePortable(dir, a.rules())
			if err != nil {
				return err
			}
			for _, path := range written {
				fmt.Fprintln(a.Out, path)
			}
			return nil
		},
	}
	a.deskFlag(c)
	c.Flags().StringVar(&dir, "portable", "", "`DIR` into which the files are written")
	return c
}

// servedDashboards returns the dashboards for the viewer, with the same JSON that Grafana gets.
func (a *app) servedDashboards() ([]server.Dashboard, error) {
	defs, err := a.allDashboards()
	if err != nil {
		return nil, err
	}
	return served(defs)
}

// shownDashboards are what a viewer shows of the desk.
type shownDashboards struct {
	builtIn []server.Dashboard
	verdict *server.VerdictPanel // stands in the header of every page
}

// shownDashboards makes each dashboard once, the verdict's included.
func (a *app) shownDashboards() (all shownDashboards, err error) {
	defs, err := a.allDashboards()
	if err != nil {
		return all, err
	}
	n, err := verdictAmong(defs)
	if err != nil {
		return all, err
	}
	if all.builtIn, err = served(defs); err != nil {
		return all, err
	}
	all.verdict = &server.VerdictPanel{Dashboard: all.builtIn[n], PanelID: defs[n].VerdictPanel}
	return all, nil
}

// beginMaking begins to make something, and returns a function that waits until it is there.
func beginMaking[T any](do func() (T, error)) func() (T, error) {
	made := sync.OnceValues(do)
	go func() { _, _ = made() }() // whoever calls made gets the error
	return made
}

// mainDashboards are the four dashboards, whose headlines status prints.
func (a *app) mainDashboards() ([]dashboard.Definition, error) {
	all, err := dashboard.All(a.rules())
	if err != nil {
		return nil, fmt.Errorf("define the dashboards: %w", err)
	}
	return all, nil
}

// allDashboards are the dashboards of the desk, the home dashboard first.
func (a *app) allDashboards() ([]dashboard.Definition, error) {
	main, err := a.mainDashboards()
	if err != nil {
		return nil, err
	}
	more, err := dashboard.More(a.rules())
	if err != nil {
		return nil, fmt.Errorf("define the dashboards: %w", err)
	}
	return append(main, more...), nil
}

// served returns dashboards as the server takes them. It writes several at a time, because the page waits for them.
func served(defs []dashboard.Definition) ([]server.Dashboard, error) {
	out := make([]server.Dashboard, len(defs))
	var writing errgroup.Group
	for i, d := range defs {
		writing.Go(func() error {
			text, err := dashboard.JSON(d)
			if err != nil {
				return fmt.Errorf("write dashboard %s: %w", d.UID, err)
			}
			out[i] = server.Dashboard{UID: d.UID, Slug: d.Slug, Title: d.Title, Tags: d.Tags, JSON: text, Beginning: d.Beginning, Folder: dashboard.Folder}
			if d.Detail {
				out[i].Folder = dashboard.DetailFolder
			}
			return nil
		})
	}
	if err := writing.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}
