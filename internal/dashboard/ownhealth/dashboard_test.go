package ownhealth

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"macrowatch/internal/dashboard"
)

// Panels must have ids of their own, say what they show, and not lie on each other.
func TestPanelsAreInOrder(t *testing.T) {
	t.Parallel()
	ids := map[uint32]bool{}
	for _, s := range sections() {
		cells := map[[2]uint32]uint32{}
		if ids[s.rowID] {
			t.Errorf("two have the id %d", s.rowID)
		}
		ids[s.rowID] = true
		for _, p := range s.panels {
			if ids[p.id] || p.title == "" || !strings.HasSuffix(p.description, ".") || len(p.queries) == 0 || p.x+p.w > gridWidth || p.w == 0 || p.h == 0 {
				t.Errorf("%+v", p)
			}
			ids[p.id] = true
			for x := p.x; x < p.x+p.w; x++ {
				for y := p.y; y < p.y+p.h; y++ {
					if other, taken := cells[[2]uint32{x, y}]; taken {
						t.Errorf("panel %d lies on panel %d", p.id, other)
					}
					cells[[2]uint32{x, y}] = p.id
				}
			}
		}
	}
}

// The dashboard asks the Prometheus that the reader chooses, and nothing else.
func TestTheDashboardAsksTheChosenPrometheus(t *testing.T) {
	t.Parallel()
	d, err := Dashboard()
	if err != nil {
		t.Fatal(err)
	}
	text, err := dashboard.JSON(d)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte(dashboard.DatasourceUID)) || bytes.Contains(text, []byte(dashboard.DatasourceType)) {
		t.Error("the dashboard names the desk's datasource")
	}
	var doc struct {
		Panels []struct {
			Type       string
			Datasource struct{ Type, UID string }
			Targets    []struct {
				Expr       string
				Datasource struct{ Type, UID string }
			}
		}
		Templating struct{ List []struct{ Name, Type string } }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, p := range doc.Panels {
		if p.Type == "row" {
			continue
		}
		if p.Datasource.UID != "${datasource}" || p.Datasource.Type != prometheusPlugin {
			t.Errorf("a panel asks %+v", p.Datasource)
		}
		for _, q := range p.Targets {
			asked++
			if q.Datasource.UID != "${datasource}" || !strings.Contains(q.Expr, `instance=~"$instance"`) {
				t.Errorf("a query asks %+v: %s", q.Datasource, q.Expr)
			}
		}
	}
	if asked < 20 || len(doc.Templating.List) != 2 || doc.Templating.List[0].Type != "datasource" {
		t.Errorf("%d queries, variables %+v", asked, doc.Templating.List)
	}
}
