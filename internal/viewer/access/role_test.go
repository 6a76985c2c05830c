package access_test

import (
	"testing"

	"macrowatch/internal/viewer/access"
)

func TestRolesOfGroups(t *testing.T) {
	t.Parallel()
	desk := access.RoleRules{ViewerGroups: []string{"traders", "risk"}, OperatorGroups: []string{"ops"}}
	everybody := desk
	everybody.Default = access.Viewer
	for name, c := range map[string]struct {
		rules  access.RoleRules
		groups []string
		want   access.Role
	}{
		"no group":                    {desk, nil, access.NoRole},
		"other groups":                {desk, []string{"Traders", "ops ", "op", ""}, access.NoRole},
		"a group that may look":       {desk, []string{"sales", "risk"}, access.Viewer},
		"a group of operators":        {desk, []string{"ops"}, access.Operator},
		"both":                        {desk, []string{"traders", "ops"}, access.Operator},
		"everybody may look":          {everybody, []string{"sales"}, access.Viewer},
		"everybody, and an operator":  {everybody, []string{"ops"}, access.Operator},
		"no rules, and an empty name": {access.RoleRules{}, []string{""}, access.NoRole},
		"everybody may operate":       {access.RoleRules{Default: access.Operator, ViewerGroups: []string{"a"}}, []string{"a"}, access.Operator},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.rules.RoleOf(c.groups); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatARoleMayDo(t *testing.T) {
	t.Parallel()
	for role, may := range map[access.Role][2]bool{
		access.NoRole: {}, access.Viewer: {true, false}, access.Operator: {true, true}, "writer": {}, "Viewer": {}, "root": {},
	} {
		if got := [2]bool{role.May(access.Viewer), role.May(access.Operator)}; got != may {
			t.Errorf("%q may look and operate: %v, want %v", role, got, may)
		}
		if _, err := access.ParseRole(string(role)); (err == nil) != may[0] {
			t.Errorf("%q is read as a role: %v", role, err)
		}
	}
}
