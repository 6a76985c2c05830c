package cli

import "macrowatch/internal/desk"

// rules returns the rules of the desk that a command works for.
func (a *app) rules() desk.Rules { return desk.BuiltInRules() }
