package testfiles

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// DashboardsVariable names a folder with Grafana dashboards of other projects.
const DashboardsVariable = "MACROWATCH_TEST_DASHBOARDS"

// ForeignDashboards are the JSON files of other projects' dashboards. They are not part of the project,
// so the test is skipped where there are none.
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

// foreignDashboards looks in the folder that is named, which may be relative to the project's, else in
// ../shared/data/dashboards beside the project. A folder that is named must have some.
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
