package access

import (
	"fmt"
	"slices"
)

// Role says what a person may do. The roles of programs that write are not here: such programs have tokens.
type Role string

// The roles. A person without one may not look.
const (
	NoRole   Role = ""
	Viewer   Role = "viewer"   // may look at the dashboards
	Operator Role = "operator" // may also do what changes something, such as silence alerts
)

// May reports whether a person with this role may do what the needed role is for.
func (r Role) May(needed Role) bool {
	order := []Role{NoRole, Viewer, Operator}
	return slices.Contains(order, r) && slices.Index(order, r) >= slices.Index(order, needed)
}

// ParseRole reads the name of a role.
func ParseRole(name string) (Role, error) {
	switch r := Role(name); r {
	case Viewer, Operator:
		return r, nil
	}
	return NoRole, fmt.Errorf("%q is not a role: give %s or %s", name, Viewer, Operator)
}

// RoleRules say which role the members of groups have.
type RoleRules struct {
	ViewerGroups, OperatorGroups []string
	// Default is the role of people who are in none of these groups. NoRole refuses them.
	Default Role
}

// RoleOf returns the highest role that the groups of a person give, else the default.
func (r RoleRules) RoleOf(groups []string) Role {
	in := func(wanted []string) bool {
		return slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(wanted, g) })
	}
	switch {
	case r.Default == Operator || in(r.OperatorGroups):
		return Operator
	case in(r.ViewerGroups):
		return Viewer
	}
	return r.Default
}
