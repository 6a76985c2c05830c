package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"macrowatch/internal/dashboard"
	"macrowatch/internal/dashboard/grafana"
	"macrowatch/internal/desk"
	"macrowatch/internal/viewer/server"
)

func (a *app) dashboardsCommand() *cobra.Command {
	return group("dashboards", "Grafana's files, from the same definition that the viewer shows",
		"  macrowatch dashboards generate\n  macrowatch dashboards check\n  macrowatch dashboards export --portable ./for-import",
		a.dashboardsGenerateCommand(), a.dashboardsCheckCommand(), a.dashboardsExportCommand())
}

func (a *app) dashboardsGenerateCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "generate",
		Short: "Write the dashboards and the provisioning files that Grafana mounts",
		Long: `Writes monitoring/grafana/dashboards/*.json and the datasource and dashboard provider
files under monitoring/grafana/provisioning, below --dir. The output depends only on this
version of macrowatch. Files that are already current are left untouched.`,
		Example: "  macrowatch dashboards generate\n  macrowatch dashboards generate --dir /srv/macrowatch",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			written, err := grafana.Write(dir, desk.BuiltInRules())
			if err != nil {
				return err
			}
			for _, path := range written {
				fmt.Fprintln(a.Out, path)
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "dir", ".", "`DIR` under which the files are written")
	return c
}

func (a *app) dashboardsExportCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "export --portable DIR",
		Short: "Write the dashboards for Grafana's import screen",
		Long: `Writes each dashboard into DIR so that Grafana's import screen (Dashboards, New, Import) asks
which PostgreSQL datasource it shall read. Such files are for that screen only: a Grafana that is
provisioned from files needs those of macrowatch dashboards generate.`,
		Example: "  macrowatch dashboards export --portable ./for-import",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return usagef("export needs --portable DIR")
			}
			written, err := grafana.WritePortable(dir, desk.BuiltInRules())
			if err != nil {
				return err
			}
			for _, path := range written {
				fmt.Fprintln(a.Out, path)
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "portable", "", "`DIR` for the files")
	return c
}

// servedDashboards returns the dashboards for the viewer, with the same JSON that Grafana gets.
func servedDashboards() ([]server.Dashboard, error) {
	defs, err := dashboard.All(desk.BuiltInRules())
	if err != nil {
		return nil, fmt.Errorf("define the dashboards: %w", err)
	}
	out := make([]server.Dashboard, len(defs))
	for i, d := range defs {
		text, err := dashboard.JSON(d)
		if err != nil {
			return nil, fmt.Errorf("write dashboard %s: %w", d.UID, err)
		}
		out[i] = server.Dashboard{UID: d.UID, Slug: d.Slug, Title: d.Title, Tags: d.Tags, JSON: text}
	}
	return out, nil
}
