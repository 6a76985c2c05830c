package testfiles

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// DashboardsVariable names a folder with Grafana dashboards of other projects.
const DashboardsVariable = "MACROWATCH_TEST_DASHBOARDS"

// ForeignDashboards returns the JSON files of other projects' dashboards. They are not part of this project, so the
// test is skipped if there are none.
func ForeignDashboards(t testing.TB) []string {
	t.Helper()
	files, err := foreignDashboards(root(t), os.Getenv(DashboardsVariable))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("other projects' dashboards are not part of this project; " + DashboardsVariable + " names a folder that has some")
	}
	return files
}

// foreignDashboards looks in the named folder, whose path may be relative to the project's. It is an error if that
// folder has no dashboards. If no folder is named, it looks in ../shared/data/dashboards beside the project.
func foreignDashboards(root, named string) ([]string, error) {
	folder := named
	if folder == "" {
		folder = filepath.Join("..", "shared", "data", "dashboards")
	}
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(root, folder)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err == nil && len(files) == 0 && named != "" {
		err = fmt.Errorf("%s names %s, which holds no *.json", DashboardsVariable, folder)
	}
	return files, err
}
